package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import dev.gatehouse.vocabulary.Issuer;
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

    private static final Verdict NO_SUCH_KEY =
            new Verdict.Rejected(Reason.INVALID_TOKEN, "the token was signed with a key that its issuer does not have");

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

    /** Why somebody else might know more of a token. */
    enum Open {
        /** Nobody does. */
        NOTHING,
        /** Its issuer has no such key, or none yet; there may be new ones. */
        KEY,
        /** It is nothing that can be read here. */
        MEANING
    }

    /** What was found out about a token: the verdict and, where it was accepted, what it rests on; {@code issuer} is whom to ask where something is open. */
    record Finding(Verdict verdict, @Nullable VerificationKey key, Trust trust, Open open, @Nullable Issuer issuer) {
        static Finding settled(Verdict verdict, @Nullable VerificationKey key, Trust trust) {
            return new Finding(verdict, key, trust, Open.NOTHING, null);
        }
    }

    /** Whether a key made a signature over a text. */
    @FunctionalInterface
    interface Proof {
        boolean holds(VerificationKey key, JwsAlgorithm algorithm, byte[] text, byte[] signature);
    }

    public Verdict verify(String token, TokenProfile profile, Instant now) {
        return examine(token, profile, now).verdict();
    }

    Finding examine(String token, TokenProfile profile, Instant now) {
        return examine(token, profile, now, signatures::verify);
    }

    /** All of it but the arithmetic, which somebody did before and found that this very key signed this very text. */
    Finding examine(String token, TokenProfile profile, Instant now, VerificationKey signer) {
        return examine(token, profile, now, (key, algorithm, text, signature) -> key == signer);
    }

    private Finding examine(String token, TokenProfile profile, Instant now, Proof proof) {
        var trusted = trust.get();
        CompactToken read;
        try {
            read = CompactToken.parse(token, longest);
        } catch (Unreadable e) {
            return unreadable(token, rejected(e), profile, trusted);
        }
        try {
            return judged(read, profile, now, trusted, proof);
        } catch (Unreadable e) {
            return Finding.settled(rejected(e), null, trusted);
        }
    }

    /** Where one of the API's issuers is asked about its tokens, a text that cannot be read may be one of them. */
    private Finding unreadable(String token, Verdict verdict, TokenProfile profile, Trust trusted) {
        Issuer asked = token.length() <= longest ? trusted.askedAmong(profile.issuers()) : null;
        return asked == null
                ? Finding.settled(verdict, null, trusted)
                : new Finding(verdict, null, trusted, Open.MEANING, asked);
    }

    private static Verdict rejected(Unreadable e) {
        return new Verdict.Rejected(Reason.INVALID_TOKEN, e.why());
    }

    private Finding judged(CompactToken token, TokenProfile profile, Instant now, Trust trusted, Proof proof)
            throws Unreadable {
        var header = TokenHeader.of(token.header());
        var reader = new ClaimReader(token.payload());
        var issuer = trusted.named(reader.issuer());
        if (issuer == null || !profile.issuers().contains(issuer.issuer()))
            return Finding.settled(Verdict.UNKNOWN_ISSUER, null, trusted);
        if (issuer.keys() == NoKeys.ASKED)
            return new Finding(Verdict.ISSUER_AWAY, null, trusted, Open.MEANING, issuer.issuer());
        if (!issuer.type().admits(header.typ())) throw new Unreadable("the token is not an access token (typ)");
        if (!issuer.algorithms().contains(header.algorithm()))
            throw new Unreadable("the token's algorithm is not one of its issuer's");
        var claims = reader.claims(issuer.issuer(), issuer.type());
        if (!profile.admits(claims.issuer(), claims.audience()))
            throw new Unreadable("the token is meant for somebody else (aud)");
        checkDates(reader, claims, now);
        if (issuer.keys() == NoKeys.YET)
            return new Finding(Verdict.ISSUER_AWAY, null, trusted, Open.KEY, issuer.issuer());
        var key = key(issuer, header);
        if (key == null) return new Finding(NO_SUCH_KEY, null, trusted, Open.KEY, issuer.issuer());
        if (!proof.holds(key, header.algorithm(), token.signedText(), token.signature()))
            throw new Unreadable("the token's signature does not hold");
        return Finding.settled(new Verdict.Accepted(claims), key, trusted);
    }

    static void checkDates(ClaimReader reader, Claims claims, Instant now) throws Unreadable {
        if (!now.isBefore(claims.expiresAt())) throw new Unreadable("the token has expired");
        var latest = now.plus(LEEWAY);
        if (claims.issuedAt().isAfter(latest)) throw new Unreadable("the token was issued in the future");
        var notBefore = reader.date("nbf");
        if (notBefore.isPresent() && notBefore.get().isAfter(latest))
            throw new Unreadable("the token is not valid yet");
    }

    private static @Nullable VerificationKey key(TrustedIssuer issuer, TokenHeader header) throws Unreadable {
        JwsAlgorithm algorithm = header.algorithm();
        if (header.kid().isEmpty()) {
            return issuer.keys()
                    .only(algorithm)
                    .orElseThrow(() -> new Unreadable("the token does not say which key signed it (kid)"));
        }
        return issuer.keys().find(header.kid().get(), algorithm);
    }
}
