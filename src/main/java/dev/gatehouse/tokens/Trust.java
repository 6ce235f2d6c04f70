package dev.gatehouse.tokens;

import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.vocabulary.Issuer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every issuer we trust and their keys, at one moment. A change makes another object, so whoever remembers it sees at a glance that nothing changed. */
final class Trust {
    private final Map<String, TrustedIssuer> byName = new HashMap<>();

    Trust(Collection<TrustedIssuer> issuers) {
        for (var issuer : issuers) {
            if (byName.put(issuer.issuer().value(), issuer) != null)
                throw new IllegalArgumentException("two issuers are called " + issuer.issuer());
        }
    }

    @Nullable
    TrustedIssuer named(String issuer) {
        return byName.get(issuer);
    }

    /** Whether what that key once signed for that issuer still counts. */
    boolean stillHolds(Issuer issuer, VerificationKey key) {
        var trusted = byName.get(issuer.value());
        return trusted != null && trusted.keys().holds(key);
    }
}
