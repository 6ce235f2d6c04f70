package dev.gatehouse.tokens;

import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.vocabulary.Issuer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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

    /** The one of these issuers that is asked about its tokens. */
    @Nullable
    Issuer askedAmong(Set<Issuer> issuers) {
        for (var issuer : issuers) if (isAsked(byName.get(issuer.value()))) return issuer;
        return null;
    }

    /** Whether what that key once signed for that issuer still counts, or, without a key, what the issuer once said. */
    boolean stillHolds(Issuer issuer, @Nullable VerificationKey key) {
        var trusted = byName.get(issuer.value());
        if (key == null) return isAsked(trusted);
        return trusted != null && trusted.keys().holds(key);
    }

    private static boolean isAsked(@Nullable TrustedIssuer trusted) {
        return trusted != null && trusted.keys() == NoKeys.ASKED;
    }
}
