package dev.gatehouse.tokens;

import dev.gatehouse.config.Config.ForeignIssuer;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.vocabulary.Issuer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody whose tokens may be taken: the name they sign under, with which keys and algorithms, and what their access tokens look like. Keys never serve another issuer. */
public record TrustedIssuer(Issuer issuer, Set<JwsAlgorithm> algorithms, TokenType type, KeySet keys) {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedIssuer.class);

    public TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }

    /** As the file says, with the keys as they are on disk now. Reads a file: not on an event loop. */
    public static TrustedIssuer of(ForeignIssuer settings) throws ForeignKeys.Fault {
        var algorithms = settings.algorithms().stream()
                .map(JwsAlgorithm::named)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        var keys = ForeignKeys.read(settings.jwks(), settings.algorithms());
        for (var why : keys.leftOut()) LOG.warn("{}: {}", settings.jwks(), why);
        return new TrustedIssuer(
                settings.issuer(),
                algorithms,
                settings.typ().map(TokenType::named).orElse(TokenType.ACCESS_TOKEN),
                keys);
    }
}
