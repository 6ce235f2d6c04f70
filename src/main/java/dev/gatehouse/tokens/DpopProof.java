package dev.gatehouse.tokens;

import dev.gatehouse.keys.Hashes;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.PublicJwk;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A proof that whoever asks holds a key (RFC 9449 §4.2), judged on its own: form, key, signature, what it is for and when it was made (§4.3). Whether its nonce is
 * one of ours and whether it was seen before, others find out. {@code key} is the key's thumbprint (RFC 7638).
 */
public record DpopProof(String key, String jti, Instant issuedAt, Optional<String> nonce, Optional<String> ath) {
    /** How far its time may be from ours, either way. */
    public static final Duration WINDOW = Duration.ofSeconds(60);

    private static final int LONGEST = 8 * 1024;
    private static final int LONGEST_JTI = 256;
    private static final List<String> SECRET_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    /** What a proof fails by that is well made, with another key than the token wants. */
    static final String ANOTHER_KEY = "the token is bound to another key";

    /** What it has to be for. {@code url} is without query and fragment; {@code token} is the access token that it comes with and the key which that is bound to. */
    public record Wanted(String method, String url, Optional<Bound> token) {
        public Wanted(String method, String url) {
            this(method, url, Optional.empty());
        }
    }

    /** An access token and the thumbprint of its key. */
    public record Bound(String token, String key) {}

    /** Whether it holds; a value, since a forged proof must cost little. */
    public sealed interface Finding {
        record Holds(DpopProof proof) implements Finding {}

        record Fails(String why) implements Finding {}
    }

    public static Finding check(String text, Wanted wanted, Signatures signatures, Instant now) {
        try {
            return new Finding.Holds(checked(CompactToken.parse(text, LONGEST), wanted, signatures, now));
        } catch (Unreadable no) {
            return new Finding.Fails(
                    no.why().equals(ANOTHER_KEY) ? ANOTHER_KEY : no.why().replaceFirst("^the token", "the proof"));
        }
    }

    /** Whether it was made together with that access token (§4.3, check 10 and 11). */
    public boolean goesWith(String accessToken) {
        return ath.isPresent() && ath.get().equals(sha256(accessToken));
    }

    /** The last moment at which it could be taken. */
    public Instant until() {
        return issuedAt.plus(WINDOW);
    }

    private static DpopProof checked(CompactToken token, Wanted wanted, Signatures signatures, Instant now)
            throws Unreadable {
        var header = TokenHeader.of(token.header());
        if (!header.typ().map("dpop+jwt"::equals).orElse(false))
            throw new Unreadable("the proof's typ is not dpop+jwt");
        PublicKey key = key(token.header());
        if (!header.algorithm().fits(key)) throw new Unreadable("the proof's key is not one for its alg");
        var payload = token.payload();
        String jti = text(payload, "jti", LONGEST_JTI);
        if (!text(payload, "htm", 32).equals(wanted.method())) throw new Unreadable("the proof is for another method");
        if (!HttpUri.normal(text(payload, "htu", LONGEST)).equals(HttpUri.normal(wanted.url())))
            throw new Unreadable("the proof is for another address");
        Instant issuedAt = new ClaimReader(payload).requiredDate("iat");
        if (issuedAt.isBefore(now.minus(WINDOW))) throw new Unreadable("the proof is too old");
        if (issuedAt.isAfter(now.plus(WINDOW))) throw new Unreadable("the proof was made in the future");
        var proof = new DpopProof(
                PublicJwk.thumbprint(key), jti, issuedAt, optional(payload, "nonce"), optional(payload, "ath"));
        if (wanted.token().isPresent()) proof.checkFor(wanted.token().get());
        if (!holds(token, header.algorithm(), key, signatures))
            throw new Unreadable("the proof's signature does not hold");
        return proof;
    }

    /** Before the signature is looked at, so that a proof of a stranger's key costs no arithmetic. */
    private void checkFor(Bound bound) throws Unreadable {
        if (!key.equals(bound.key())) throw new Unreadable(ANOTHER_KEY);
        if (!goesWith(bound.token())) throw new Unreadable("the proof was made for another token (ath)");
    }

    private static PublicKey key(Map<String, Object> header) throws Unreadable {
        if (!(header.get("jwk") instanceof Map<?, ?> members)) throw new Unreadable("the proof has no jwk");
        @SuppressWarnings("unchecked") // members of a JSON object have names
        var jwk = (Map<String, ?>) members;
        if (SECRET_MEMBERS.stream().anyMatch(jwk::containsKey)) throw new Unreadable("the proof's jwk holds a secret");
        try {
            return PublicJwk.read(jwk);
        } catch (PublicJwk.Unusable no) {
            throw new Unreadable("the proof's jwk cannot be used: " + no.getMessage());
        }
    }

    private static boolean holds(CompactToken token, JwsAlgorithm algorithm, PublicKey key, Signatures signatures) {
        var once = new VerificationKey(Optional.empty(), Set.of(algorithm), key);
        return signatures.verifyOnce(once, algorithm, token.signedText(), token.signature());
    }

    private static String text(Map<String, Object> payload, String name, int longest) throws Unreadable {
        if (payload.get(name) instanceof String text && !text.isEmpty() && text.length() <= longest) return text;
        throw new Unreadable("the proof's " + name + " is missing or no short text");
    }

    private static Optional<String> optional(Map<String, Object> payload, String name) throws Unreadable {
        return payload.containsKey(name) ? Optional.of(text(payload, name, LONGEST_JTI)) : Optional.empty();
    }

    private static String sha256(String text) {
        return Hashes.sha256(text.getBytes(StandardCharsets.US_ASCII));
    }
}
