package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.keys.VerificationKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In the place of an issuer's keys. Nothing is ever verified by it. */
enum NoKeys implements KeySet {
    /** They could not be fetched so far, or not for too long. */
    YET,
    /** The issuer is asked about its tokens instead. */
    ASKED;

    @Override
    public @Nullable VerificationKey find(String kid, JwsAlgorithm algorithm) {
        return null;
    }

    @Override
    public Optional<VerificationKey> only(JwsAlgorithm algorithm) {
        return Optional.empty();
    }

    @Override
    public boolean holds(VerificationKey key) {
        return false;
    }
}
