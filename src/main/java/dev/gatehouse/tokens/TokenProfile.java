package dev.gatehouse.tokens;

import dev.gatehouse.vocabulary.Issuer;
import java.util.List;
import java.util.Set;

/** What an API asks of a token: whose it may be, and for whom it must be meant (RFC 9068 §4). Part of every cache key. */
public record TokenProfile(Set<Issuer> issuers, String audience) {
    public TokenProfile {
        issuers = Set.copyOf(issuers);
    }

    /** Whether a token of that issuer, meant for those audiences, is meant for this API. */
    public boolean admits(Issuer issuer, List<String> audiences) {
        return issuers.contains(issuer) && audiences.contains(audience);
    }
}
