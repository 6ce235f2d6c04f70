package dev.gatehouse.tokens;

import dev.gatehouse.config.Config.ForeignIssuer;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.vocabulary.Issuer;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody whose tokens may be taken: the name they sign under, with which keys and algorithms, and what their access tokens look like. Keys never serve another issuer. */
public record TrustedIssuer(Issuer issuer, Set<JwsAlgorithm> algorithms, TokenType type, KeySet keys) {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedIssuer.class);

    public TrustedIssuer {
        algorithms = Set.copyOf(algorithms);
    }

    /** An entry of {@code issuers:} with the keys that its file holds now. Reads the file: not on an event loop. */
    public static TrustedIssuer of(ForeignIssuer entry) throws ForeignKeys.Fault {
        var keys = ForeignKeys.read(entry.jwks(), entry.algorithms());
        for (var why : keys.leftOut()) LOG.warn("{}: {}", entry.jwks(), why);
        var algorithms = EnumSet.noneOf(JwsAlgorithm.class);
        for (var name : entry.algorithms()) JwsAlgorithm.named(name).ifPresent(algorithms::add);
        var type = entry.typ().map(TokenType::named).orElse(TokenType.ACCESS_TOKEN);
        return new TrustedIssuer(entry.issuer(), algorithms, type, keys);
    }
}
