package dev.gatehouse.tokens;

import dev.gatehouse.tokens.CompactToken.Unreadable;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What can be said of a token whoever it is meant for: what it claims, which key it names, and whether we would take it at the API it is meant for. Header and
 * payload are what the token says, believed or not.
 */
public record TokenInspection(
        Map<String, Object> header, Map<String, Object> payload, Optional<String> kid, Verdict verdict) {

    static TokenInspection of(String text, TokenVerifier verifier, RevocationIndex revocations, Instant now) {
        CompactToken token;
        try {
            token = CompactToken.parse(text, verifier.longest());
        } catch (Unreadable e) {
            return new TokenInspection(
                    Map.of(), Map.of(), Optional.empty(), new Verdict.Rejected(Reason.INVALID_TOKEN, e.why()));
        }
        var kid = token.header().get("kid") instanceof String name ? Optional.of(name) : Optional.<String>empty();
        return new TokenInspection(
                token.header(), token.payload(), kid, verdict(token, text, verifier, revocations, now));
    }

    private static Verdict verdict(
            CompactToken token, String text, TokenVerifier verifier, RevocationIndex revocations, Instant now) {
        try {
            var reader = new ClaimReader(token.payload());
            var meantFor = new TokenProfile(
                    Set.of(new Issuer(reader.issuer())), reader.audience().get(0));
            var verdict = verifier.verify(text, meantFor, now);
            if (verdict instanceof Verdict.Accepted yes && revocations.revoked(yes.claims())) return Verdict.REVOKED;
            return verdict;
        } catch (Unreadable e) {
            return new Verdict.Rejected(Reason.INVALID_TOKEN, e.why());
        }
    }
}
