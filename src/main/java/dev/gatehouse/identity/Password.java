package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;

/** A password in Unicode normal form C, so that it is the same from every keyboard (RFC 8265 §4.2, NIST SP 800-63B §3.1.1.2). Nothing is cut off or folded. */
public record Password(Secret nfc) {
    private static final String READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

    public static Password typed(String text) {
        return new Password(new Secret(Normalizer.normalize(text, Normalizer.Form.NFC)));
    }

    /** One that nobody chose: 99 bits in groups that can be read out, without letters that look alike. */
    public static Password generated(SecureRandom random) {
        var text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            if (i > 0 && i % 5 == 0) text.append('-');
            text.append(READABLE.charAt(random.nextInt(READABLE.length())));
        }
        return new Password(new Secret(text.toString()));
    }

    /** Length as a person counts: code points. */
    public int length() {
        String text = nfc.reveal();
        return text.codePointCount(0, text.length());
    }

    /** What is hashed. */
    byte[] bytes() {
        return nfc.reveal().getBytes(StandardCharsets.UTF_8);
    }
}
