package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import dev.gatehouse.vocabulary.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a bearer token holds: a strict profile of RFC 7519 along RFC 8725 and RFC 9068 §4. Form first, then what is cheap to see, the signature last, so that a
 * stale or foreign token costs no arithmetic. Knows nothing of revocation and remembers nothing; {@link GatehouseJwtAuth} adds both.
 */
public final class TokenVerifier {
    /** How far another clock may be ahead of ours. Expiry has none: at {@code exp} a token is over (RFC 7519 §4.1.4). */
    public static final Duration LEEWAY = Duration.ofSeconds(10);

    private final Supplier<Trust> trust;
    private final Signatures signatures;
    private final int longest;

    TokenVerifier(Supplier<Trust> trust, Signatures signatures, int longest) {
        this.trust = trust;
        this.signatures = signatures;
        this.longest = longest;
    }

    /** The longest token that is looked at, in characters. */
    int longest() {
        return longest;
    }

    /** What was found out about a token: the verdict and, where it was accepted, what it rests on. */
    record Finding(Verdict verdict, @Nullable VerificationKey key, Trust trust) {}

    public Verdict verify(String token, TokenProfile profile, Instant now) {
        return examine(token, profile, now).verdict();
    }

    Finding examine(String token, TokenProfile profile, Instant now) {
        var trusted = trust.get();
        try {
            return accepted(CompactToken.parse(token, longest), profile, now, trusted);
        } catch (Unreadable e) {
            return new Finding(new Verdict.Rejected(Reason.INVALID_TOKEN, e.why()), null, trusted);
        }
    }

    private Finding accepted(CompactToken token, TokenProfile profile, Instant now, Trust trusted) throws Unreadable {
        var header = TokenHeader.of(token.header());
        var reader = new ClaimReader(token.payload());
        var issuer = trusted.named(reader.issuer());
        if (issuer == null || !profile.issuers().contains(issuer.issuer()))
            throw new Unreadable("the token's issuer is not trusted here");
        if (!issuer.type().admits(header.typ())) throw new Unreadable("the token is not an access token (typ)");
        if (!issuer.algorithms().contains(header.algorithm()))
            throw new Unreadable("the token's algorithm is not one of its issuer's");
        var claims = reader.claims(issuer.issuer(), issuer.type());
        if (!profile.admits(claims.issuer(), claims.audience()))
            throw new Unreadable("the token is meant for somebody else (aud)");
        checkDates(reader, claims, now);
        var key = key(issuer, header);
        if (!signatures.verify(key, header.algorithm(), token.signedText(), token.signature()))
            throw new Unreadable("the token's signature does not hold");
        return new Finding(new Verdict.Accepted(claims), key, trusted);
    }

    private static void checkDates(ClaimReader reader, Claims claims, Instant now) throws Unreadable {
        if (!now.isBefore(claims.expiresAt())) throw new Unreadable("the token has expired");
        var latest = now.plus(LEEWAY);
        if (claims.issuedAt().isAfter(latest)) throw new Unreadable("the token was issued in the future");
        var notBefore = reader.date("nbf");
        if (notBefore.isPresent() && notBefore.get().isAfter(latest))
            throw new Unreadable("the token is not valid yet");
    }

    private static VerificationKey key(TrustedIssuer issuer, TokenHeader header) throws Unreadable {
        JwsAlgorithm algorithm = header.algorithm();
        if (header.kid().isEmpty()) {
            return issuer.keys()
                    .only(algorithm)
                    .orElseThrow(() -> new Unreadable("the token does not say which key signed it (kid)"));
        }
        var key = issuer.keys().find(header.kid().get(), algorithm);
        if (key == null) throw new Unreadable("the token was signed with a key that its issuer does not have");
        return key;
    }
}
