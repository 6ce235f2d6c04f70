package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A refresh token: 256 bits nobody can guess, as 43 characters without structure. The first of a family is random; each successor is an HMAC of the token it
 * replaces, so the same successor can be given twice although only its hash is stored.
 */
public record RefreshToken(Secret value) {
    private static final int BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    public static RefreshToken fresh(SecureRandom random) {
        return new RefreshToken(new Secret(RandomText.of(random, BYTES)));
    }

    /** Empty for text that no token of ours looks like. */
    public static Optional<RefreshToken> presented(String text) {
        return SHAPE.matcher(text).matches() ? Optional.of(new RefreshToken(new Secret(text))) : Optional.empty();
    }

    /** {@code key} is the server's, the same on every node. */
    public RefreshToken successor(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return new RefreshToken(
                    new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes()))));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    /** What is stored: enough entropy stands behind it that no salt and no slow hash are needed. */
    public Buffer hash() {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(bytes()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private byte[] bytes() {
        return value.reveal().getBytes(StandardCharsets.US_ASCII);
    }
}
