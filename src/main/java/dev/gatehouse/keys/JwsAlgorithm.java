package dev.gatehouse.keys;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;

/** The signature algorithms we know (RFC 7518 §3.1, RFC 8037 §3.1): all asymmetric, so a published key can never sign. */
public enum JwsAlgorithm {
    ES256("ES256", "SHA256withECDSAinP1363Format"),
    RS256("RS256", "SHA256withRSA"),
    PS256("PS256", "RSASSA-PSS"),
    EDDSA("EdDSA", "Ed25519");

    private static final PSSParameterSpec PS256_PARAMETERS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final String wireName;
    private final String jcaName;

    JwsAlgorithm(String wireName, String jcaName) {
        this.wireName = wireName;
        this.jcaName = jcaName;
    }

    /** What {@code alg} says. */
    public String wireName() {
        return wireName;
    }

    /** By the exact text of {@code alg}; case counts (RFC 7515 §4.1.1). */
    public static Optional<JwsAlgorithm> named(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName.equals(wireName))
                .findFirst();
    }

    /** Whether a key is of the kind this algorithm signs with. */
    public boolean fits(PublicKey key) {
        return switch (this) {
            case ES256 -> key instanceof ECPublicKey;
            case RS256, PS256 -> key instanceof RSAPublicKey;
            case EDDSA -> key instanceof EdECPublicKey || key.getAlgorithm().matches("Ed25519|EdDSA");
        };
    }

    Signature signature(CryptoProvider provider) {
        try {
            var signature = provider.signature(jcaName);
            if (this == PS256) signature.setParameter(PS256_PARAMETERS);
            return signature;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(wireName + " is not available", e);
        }
    }

    /** How the key of a new signing pair is named to the JCA. */
    String keyPairName() {
        return switch (this) {
            case ES256 -> "EC";
            case RS256, PS256 -> "RSA";
            case EDDSA -> "Ed25519";
        };
    }

    @Override
    public String toString() {
        return wireName;
    }
}
