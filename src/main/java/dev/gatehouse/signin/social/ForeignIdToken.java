package dev.gatehouse.signin.social;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.tokens.SignedJwt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What an ID token must say to count for a sign-in of ours (OpenID Connect Core §3.1.3.7); that its issuer has signed it is asked elsewhere. */
final class ForeignIdToken {
    /** How far the provider's clock may be from ours. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private ForeignIdToken() {}

    /** What was asked, and what came with the answer. {@code anew} is when a sign-in was asked for that is younger than the question. */
    record Expected(String issuer, String client, String nonce, Optional<String> accessToken, Optional<Instant> anew) {}

    /** Why it does not count; empty where it does. */
    static Optional<String> fault(SignedJwt token, Expected expected, Instant now) {
        if (!token.typ().matches("(?i)(jwt)?")) return Optional.of("the ID token is a token of another kind (typ)");
        if (!token.text("iss").filter(expected.issuer()::equals).isPresent())
            return Optional.of("the ID token is of another issuer (iss)");
        List<String> audience = token.audience();
        if (!audience.contains(expected.client())) return Optional.of("the ID token is for somebody else (aud)");
        Object party = token.claims().get("azp");
        if (party == null && audience.size() > 1)
            return Optional.of("the ID token is for several and names none (azp)");
        if (party != null && !expected.client().equals(party))
            return Optional.of("the ID token was given to somebody else (azp)");
        Optional<Instant> expires = token.date("exp");
        if (expires.isEmpty() || !now.isBefore(expires.get().plus(LEEWAY)))
            return Optional.of("the ID token has expired (exp)");
        Optional<Instant> issued = token.date("iat");
        if (issued.isEmpty() || issued.get().isAfter(now.plus(LEEWAY)))
            return Optional.of("the ID token is from the future (iat)");
        if (!same(expected.nonce(), token.text("nonce").orElse("")))
            return Optional.of("the ID token is of another sign-in (nonce)");
        if (expected.anew().filter(asked -> isOlder(token, asked)).isPresent())
            return Optional.of("the sign-in there is older than our question (auth_time)");
        if (token.claims().containsKey("at_hash")
                && !expected.accessToken()
                        .filter(access -> same(
                                halfHash(token.algorithm(), access),
                                token.text("at_hash").orElse("")))
                        .isPresent()) return Optional.of("the ID token is of another access token (at_hash)");
        String subject = token.text("sub").orElse("");
        if (!isSubject(subject)) return Optional.of("the ID token does not say who came (sub)");
        return Optional.empty();
    }

    /** A token that does not say when (Google's does not) is no older than one that lies about it. */
    private static boolean isOlder(SignedJwt token, Instant asked) {
        return token.claims().containsKey("auth_time")
                && token.date("auth_time")
                        .filter(shown -> !shown.isBefore(asked.minus(LEEWAY)))
                        .isEmpty();
    }

    /** OpenID Connect Core §2: at most 255 characters of ASCII. */
    static boolean isSubject(String text) {
        return text.matches("[ -~]{1,255}") && !text.isBlank();
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /** The left half of the hash that the signature is made with (OpenID Connect Core §3.1.3.6). */
    private static String halfHash(JwsAlgorithm algorithm, String accessToken) {
        try {
            byte[] hash = MessageDigest.getInstance(algorithm == JwsAlgorithm.EDDSA ? "SHA-512" : "SHA-256")
                    .digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, hash.length / 2));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-2", impossible);
        }
    }
}
