package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows that a form was filled in on a page of ours, by the browser that the page was given to: the form carries an HMAC over that browser's cookie and what the form
 * is for, which no other page can read or make. What browsers say themselves about where a form comes from is heard first.
 */
public final class FormProof {
    /** The hidden field. */
    public static final String FIELD = "proof";

    private final Mac unused;
    private final String origin;

    /** {@code url} is what browsers see. */
    public FormProof(byte[] key, String url) {
        this.unused = unused(key);
        this.origin =
                Cors.originsOf(java.util.List.of(url)).stream().findFirst().orElse(url);
    }

    /** What the form carries. {@code browser} is the value of the browser's cookie; {@code purpose} names the form and what it decides about. */
    public String of(Secret browser, String purpose) {
        try {
            Mac mac = (Mac) unused.clone();
            byte[] proof = mac.doFinal((browser.reveal() + " " + purpose).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("an HMAC of the JDK can be copied", impossible);
        }
    }

    private static Mac unused(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    /** Refuses a form of somebody else's with 403. */
    public void check(Call call, FormBody form, Secret browser, String purpose) {
        checkSender(call);
        byte[] sent = form.field(FIELD).orElse("").getBytes(StandardCharsets.UTF_8);
        byte[] right = of(browser, purpose).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(right, sent)) throw foreign();
    }

    /**
     * Where the browser says that the form came from. A page with {@code Referrer-Policy: no-referrer} sends {@code Origin: null} with its own forms (Fetch §3.2), so
     * that says nothing.
     */
    private void checkSender(Call call) {
        String site = call.header("Sec-Fetch-Site");
        if (!site.isEmpty() && !site.equals("same-origin")) throw foreign();
        String from = call.header("Origin");
        if (!from.isEmpty() && !from.equals("null") && !from.equals(origin) && !isAtHome(from)) throw foreign();
    }

    /** At home a browser may have come by any name of this machine. */
    private boolean isAtHome(String from) {
        return origin.startsWith("http://")
                && from.startsWith("http://")
                && WrongAddress.isRight("http", from.substring("http://".length()), origin);
    }

    private static Refusal foreign() {
        return Reason.FOREIGN_FORM.because("This form was not sent from its own page in this browser.");
    }
}
