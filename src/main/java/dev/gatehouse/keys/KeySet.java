package dev.gatehouse.keys;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer. */
public interface KeySet {
    /** The key of that name that serves the algorithm. */
    @Nullable
    VerificationKey find(String kid, JwsAlgorithm algorithm);

    /** For tokens that name no key: the only key that serves the algorithm, if there is exactly one and this issuer allows it. */
    Optional<VerificationKey> only(JwsAlgorithm algorithm);

    boolean holds(VerificationKey key);
}
