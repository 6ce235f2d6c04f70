package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.keys.Signatures;
import dev.gatehouse.keys.VerificationKey;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A signed JWT that is no access token: a request object, an assertion, a proof, an ID token that comes back. Read as strictly as those ({@link CompactToken}), so
 * never unsigned; what it says counts for nothing until {@link #provenBy} has said so, and then it is for the caller to judge.
 */
public final class SignedJwt {
    /** In characters. */
    public static final int LONGEST = 16 * 1024;

    private final CompactToken token;
    private final TokenHeader header;

    private SignedJwt(CompactToken token, TokenHeader header) {
        this.token = token;
        this.header = header;
    }

    /** Why a text is no JWT that we read, as a sentence that may be shown. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String why) {
            super(why, null, false, false);
        }

        public String why() {
            return String.valueOf(getMessage());
        }
    }

    public static SignedJwt read(String text) throws Malformed {
        try {
            var token = CompactToken.parse(text, LONGEST);
            return new SignedJwt(token, TokenHeader.of(token.header()));
        } catch (Unreadable e) {
            throw new Malformed(e.why());
        }
    }

    public JwsAlgorithm algorithm() {
        return header.algorithm();
    }

    public Optional<String> kid() {
        return header.kid();
    }

    /** As it is written, or without {@code application/} before it (RFC 7515 §4.1.9); empty when there is none. */
    public String typ() {
        String typ = header.typ().orElse("");
        return typ.regionMatches(true, 0, "application/", 0, 12) ? typ.substring(12) : typ;
    }

    /** Every member of the header, {@code jwk} too (RFC 9449 §4.2). */
    public Map<String, Object> header() {
        return token.header();
    }

    public Map<String, Object> claims() {
        return token.payload();
    }

    /** A claim that is a text. */
    public Optional<String> text(String name) {
        return token.payload().get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** A claim that is a NumericDate (RFC 7519 §2); empty also for what is none. */
    public Optional<Instant> date(String name) {
        if (!(token.payload().get(name) instanceof Number seconds)) return Optional.empty();
        long whole = seconds.longValue();
        return whole < 0 || whole > 253_402_300_799L ? Optional.empty() : Optional.of(Instant.ofEpochSecond(whole));
    }

    /** Who is named by {@code aud}, one text or a list of texts; empty for what is neither. */
    public List<String> audience() {
        Object aud = token.payload().get("aud");
        if (aud instanceof String one) return List.of(one);
        if (!(aud instanceof List<?> several)) return List.of();
        return several.stream().allMatch(String.class::isInstance)
                ? several.stream().map(String.class::cast).toList()
                : List.of();
    }

    /** Whether it was signed with a key of the set, by an algorithm that is allowed: the token chooses neither (RFC 8725 §3.1). */
    public boolean provenBy(KeySet keys, Set<JwsAlgorithm> allowed, Signatures signatures) {
        if (!allowed.contains(algorithm())) return false;
        VerificationKey key = kid().isPresent()
                ? keys.find(kid().get(), algorithm())
                : keys.only(algorithm()).orElse(null);
        return key != null && provenBy(key, signatures);
    }

    /** Whether this very key signed it. */
    public boolean provenBy(VerificationKey key, Signatures signatures) {
        return key.serves(algorithm()) && signatures.verify(key, algorithm(), token.signedText(), token.signature());
    }
}
