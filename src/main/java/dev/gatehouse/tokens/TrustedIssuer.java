package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.vocabulary.Issuer;
import java.util.Set;

/** Somebody whose tokens may be taken: the name they sign under, with which keys and algorithms, and what their access tokens look like. Keys never serve another issuer. */
public record TrustedIssuer(Issuer issuer, Set<JwsAlgorithm> algorithms, TokenType type, KeySet keys) {
    public TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }
}
