package dev.gatehouse.keys;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A public key, by what name it is asked for, and the algorithms it may be used with: a token never chooses (RFC 8725 §3.1). Two are equal only when they are the same. */
public final class VerificationKey {
    private static final BigInteger P256_ORDER = PublicJwk.P256.getOrder();

    private final Optional<String> kid;
    private final Set<JwsAlgorithm> algorithms;
    private final PublicKey key;

    public VerificationKey(Optional<String> kid, Set<JwsAlgorithm> algorithms, PublicKey key) {
        for (var algorithm : algorithms) {
            if (!algorithm.fits(key)) throw new IllegalArgumentException("the key is not one for " + algorithm);
        }
        this.kid = kid;
        this.algorithms = Set.copyOf(algorithms);
        this.key = key;
    }

    public Optional<String> kid() {
        return kid;
    }

    public boolean serves(JwsAlgorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    public PublicKey publicKey() {
        return key;
    }

    /** Whether it is written as the other is. */
    public boolean saysTheSameAs(VerificationKey other) {
        return kid.equals(other.kid)
                && algorithms.equals(other.algorithms)
                && Arrays.equals(key.getEncoded(), other.key.getEncoded());
    }

    /** The form of a signature before its arithmetic: exact length, and for ES256 both halves in 1…n-1 (FIPS 186-5 §6.4.2; the "psychic signature" was 0, 0). */
    boolean couldHaveMade(byte[] signature, JwsAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> signature.length == 64 && isInRange(signature, 0) && isInRange(signature, 32);
            case EDDSA -> signature.length == 64;
            case RS256, PS256 ->
                signature.length == (((RSAPublicKey) key).getModulus().bitLength() + 7) / 8;
        };
    }

    private static boolean isInRange(byte[] signature, int from) {
        var number = new BigInteger(1, signature, from, 32);
        return number.signum() > 0 && number.compareTo(P256_ORDER) < 0;
    }
}
