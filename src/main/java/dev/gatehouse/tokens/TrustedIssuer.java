package dev.gatehouse.tokens;

import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.vocabulary.Issuer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Somebody whose tokens may be taken: the name they sign under, with which keys and algorithms, and what their access tokens look like. Keys never serve another issuer. */
public record TrustedIssuer(Issuer issuer, Set<JwsAlgorithm> algorithms, TokenType type, KeySet keys) {
    public TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }

    /** As the file says, with these keys. */
    static TrustedIssuer of(ForeignIssuer settings, KeySet keys) {
        var algorithms = settings.algorithms().stream()
                .map(JwsAlgorithm::named)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        return new TrustedIssuer(
                settings.issuer(),
                algorithms,
                settings.typ().map(TokenType::named).orElse(TokenType.ACCESS_TOKEN),
                keys);
    }
}
