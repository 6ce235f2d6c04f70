package dev.gatehouse.clients;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT;

import dev.gatehouse.store.OneTime;
import dev.gatehouse.tokens.SignedJwt;
import dev.gatehouse.vocabulary.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A JWT by which a client proves itself (RFC 7523 §3, OpenID Connect Core §9), with everything checked that can be without its keys. The audience is the issuer
 * and nothing else: an assertion made for one server must be of no use at another.
 */
record ClientAssertion(ClientId client, String id, Instant goodUntil, SignedJwt jwt) {
    /** What {@code client_assertion_type} says (RFC 7523 §2.2). */
    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final Duration OTHER_CLOCKS = Duration.ofSeconds(30);
    private static final int LONGEST_ID = 256;
    /** Tokens of other kinds are signed with the same keys; none of them is an assertion (RFC 8725 §3.11). */
    private static final Set<String> TYPES = Set.of("", "jwt", "client-authentication+jwt");

    static {
        if (LONGEST.plus(OTHER_CLOCKS).compareTo(OneTime.LONGEST) > 0)
            throw new IllegalStateException("an assertion could be used again after it is forgotten");
    }

    static ClientAssertion read(String text, String issuer, Instant now) {
        SignedJwt jwt = parsed(text);
        if (!TYPES.contains(jwt.typ().toLowerCase(Locale.ROOT)))
            throw INVALID_CLIENT.because("the assertion is a token of another kind (typ)");
        String client = jwt.text("sub").orElse("");
        if (client.isBlank() || !client.equals(jwt.text("iss").orElse("")))
            throw INVALID_CLIENT.because("iss and sub of the assertion are not both the client_id");
        if (!jwt.audience().equals(List.of(issuer)))
            throw INVALID_CLIENT.because("aud of the assertion is not " + issuer + " alone");
        String id = jwt.text("jti").orElse("");
        if (id.isEmpty() || id.length() > LONGEST_ID)
            throw INVALID_CLIENT.because("the assertion has no jti of a usual length");
        return new ClientAssertion(new ClientId(client), id, inTime(jwt, now).plus(OTHER_CLOCKS), jwt);
    }

    /** Used again, it has this name again. */
    String oneTimeName() {
        return client.value() + ' ' + id;
    }

    private static SignedJwt parsed(String text) {
        try {
            return SignedJwt.read(text);
        } catch (SignedJwt.Malformed malformed) {
            throw INVALID_CLIENT.because("the assertion cannot be read: " + malformed.why());
        }
    }

    private static Instant inTime(SignedJwt jwt, Instant now) {
        Instant expires =
                jwt.date("exp").orElseThrow(() -> INVALID_CLIENT.because("the assertion does not say when it expires"));
        if (!now.isBefore(expires.plus(OTHER_CLOCKS))) throw INVALID_CLIENT.because("the assertion has expired");
        if (expires.isAfter(now.plus(LONGEST)))
            throw INVALID_CLIENT.because("the assertion is good for longer than " + LONGEST.toMinutes() + " minutes");
        for (String name : List.of("iat", "nbf")) {
            if (!jwt.claims().containsKey(name)) continue;
            boolean begun = jwt.date(name)
                    .filter(at -> !at.isAfter(now.plus(OTHER_CLOCKS)))
                    .isPresent();
            if (!begun) throw INVALID_CLIENT.because(name + " of the assertion is not in the past");
        }
        return expires;
    }
}
