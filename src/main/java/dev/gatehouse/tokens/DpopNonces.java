package dev.gatehouse.tokens;

import dev.gatehouse.keys.Base64Url;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Nonces for proofs of possession (RFC 9449 §8): the same on every node for a while and then others, so that none has to be kept. */
public final class DpopNonces {
    /** The server secret that they are made with, the same on every node. */
    public static final String SECRET = "dpop-nonce";

    /** The one before the present one is taken too. */
    public static final Duration STEP = Duration.ofMinutes(3);

    private static final String HMAC = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKeySpec key;
    private final InstantSource clock;
    private volatile Known known = new Known(Long.MIN_VALUE, "", "");

    public DpopNonces(byte[] secret, InstantSource clock) {
        this.key = new SecretKeySpec(secret, HMAC);
        this.clock = clock;
    }

    private record Known(long step, String present, String before) {}

    public String present() {
        return now().present();
    }

    public boolean holds(String nonce) {
        Known now = now();
        return same(nonce, now.present()) || same(nonce, now.before());
    }

    private Known now() {
        long step = clock.instant().getEpochSecond() / STEP.toSeconds();
        Known last = known;
        if (last.step() == step) return last;
        var fresh = new Known(step, made(step), made(step - 1));
        known = fresh;
        return fresh;
    }

    private String made(long step) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            byte[] whole =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            return Base64Url.encode(Arrays.copyOf(whole, BYTES));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
