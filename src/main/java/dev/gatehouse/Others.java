package dev.gatehouse;

import dev.gatehouse.config.Config;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.tokens.ForeignKeys;
import dev.gatehouse.tokens.TrustedIssuer;
import java.util.ArrayList;
import java.util.List;

/** The other issuers with their keys; a key file that cannot be used stops a start and refuses a reload. */
final class Others {
    private Others() {}

    static List<TrustedIssuer> trustedBy(Config config) {
        var trusted = new ArrayList<TrustedIssuer>();
        for (Config.ForeignIssuer other : config.issuers().values()) trusted.add(trusted(other));
        return trusted;
    }

    private static TrustedIssuer trusted(Config.ForeignIssuer other) {
        try {
            return TrustedIssuer.of(other);
        } catch (ForeignKeys.Fault unusable) {
            throw new StartFailure(
                    other.at() + ": " + unusable.sentence(), "No token of " + other.issuer() + " could be checked.");
        }
    }
}
