package dev.gatehouse.signin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Secret;
import io.netty.util.concurrent.FastThreadLocal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes refresh tokens and knows its own. A token is 48 bytes that look random: a secret of 16, the family's id under a mask that follows from the secret, and a seal over
 * both. Without the server's key nobody reads the family out of a token or makes one that names a family, so a family is never ended by what somebody made up.
 *
 * <p>The first secret of a family is random; each further one is an HMAC of the token it replaces, so the same successor can be given twice although only its hash is
 * stored.
 */
public final class RefreshMint {
    private static final int PART = 16;
    private static final int BYTES = 3 * PART;
    private static final int CHARACTERS = BYTES / 3 * 4;

    private static final byte[] MASK = "mask".getBytes(US_ASCII);
    private static final byte[] SEAL = "seal".getBytes(US_ASCII);
    private static final byte[] NEXT = "next".getBytes(US_ASCII);

    private final SecureRandom random;
    private final FastThreadLocal<Mac> macs;

    /** {@code key} is the server's, the same on every node. */
    RefreshMint(byte[] key, SecureRandom random) {
        var secret = new SecretKeySpec(key, "HmacSHA256");
        this.random = random;
        this.macs = new FastThreadLocal<>() {
            @Override
            protected Mac initialValue() throws GeneralSecurityException {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(secret);
                return mac;
            }
        };
    }

    /** The first of a family. */
    public RefreshToken first(GrantId family) {
        var secret = new byte[PART];
        random.nextBytes(secret);
        return token(secret, family);
    }

    /** The one token that comes after this one, on every node and however often it is asked for. */
    public RefreshToken successor(RefreshToken presented) {
        byte[] secret = Arrays.copyOf(hmac(NEXT, bytes(presented), new byte[0]), PART);
        return token(secret, presented.family());
    }

    /** Empty for what is not of this mint. */
    public Optional<RefreshToken> presented(String text) {
        byte @Nullable [] token = text.length() == CHARACTERS ? Base64Url.decode(text) : null;
        if (token == null) return Optional.empty();
        byte[] secret = Arrays.copyOf(token, PART);
        byte[] family = masked(Arrays.copyOfRange(token, PART, 2 * PART), secret);
        byte[] seal = Arrays.copyOfRange(token, 2 * PART, BYTES);
        if (!MessageDigest.isEqual(seal, seal(secret, family))) return Optional.empty();
        return Optional.of(new RefreshToken(new GrantId(Base64Url.encode(family)), new Secret(text)));
    }

    private RefreshToken token(byte[] secret, GrantId grant) {
        byte @Nullable [] family = Base64Url.decode(grant.value());
        if (family == null || family.length != PART) throw new IllegalArgumentException("a family's id is 16 bytes");
        byte[] token = Arrays.copyOf(secret, BYTES);
        System.arraycopy(masked(family, secret), 0, token, PART, PART);
        System.arraycopy(seal(secret, family), 0, token, 2 * PART, PART);
        return new RefreshToken(grant, new Secret(Base64Url.encode(token)));
    }

    private byte[] masked(byte[] family, byte[] secret) {
        byte[] mask = hmac(MASK, secret, new byte[0]);
        for (int i = 0; i < PART; i++) mask[i] ^= family[i];
        return Arrays.copyOf(mask, PART);
    }

    private byte[] seal(byte[] secret, byte[] family) {
        return Arrays.copyOf(hmac(SEAL, secret, family), PART);
    }

    private byte[] hmac(byte[] purpose, byte[] first, byte[] second) {
        Mac mac = macs.get();
        mac.update(purpose);
        mac.update(first);
        return mac.doFinal(second);
    }

    private static byte[] bytes(RefreshToken token) {
        return token.value().reveal().getBytes(US_ASCII);
    }
}
