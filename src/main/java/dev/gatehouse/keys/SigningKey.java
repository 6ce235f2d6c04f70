package dev.gatehouse.keys;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** One of our own keys, opened. Two are equal only when they are the same. */
public final class SigningKey {
    private final String kid;
    private final JwsAlgorithm algorithm;
    private final KeyPhase phase;
    private final PrivateKey privateKey;
    private final VerificationKey verification;
    private final Times times;

    /** When it entered each phase; {@code goneAt} is when it leaves the JWKS. */
    public record Times(Instant made, Optional<Instant> active, Optional<Instant> retired, Optional<Instant> gone) {}

    SigningKey(
            String kid,
            JwsAlgorithm algorithm,
            KeyPhase phase,
            PrivateKey privateKey,
            VerificationKey verification,
            Times times) {
        this.kid = kid;
        this.algorithm = algorithm;
        this.phase = phase;
        this.privateKey = privateKey;
        this.verification = verification;
        this.times = times;
    }

    static VerificationKey verificationKey(String kid, JwsAlgorithm algorithm, PublicKey key) {
        return new VerificationKey(Optional.of(kid), Set.of(algorithm), key);
    }

    public String kid() {
        return kid;
    }

    public JwsAlgorithm algorithm() {
        return algorithm;
    }

    public KeyPhase phase() {
        return phase;
    }

    public Times times() {
        return times;
    }

    public VerificationKey verification() {
        return verification;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    /** The same opened key where it now stands; what threads have prepared for its public part stays good. */
    SigningKey at(KeyPhase newPhase, Times newTimes) {
        return new SigningKey(kid, algorithm, newPhase, privateKey, verification, newTimes);
    }

    @Override
    public String toString() {
        return "SigningKey[" + algorithm + " " + kid + " " + phase + "]";
    }
}
