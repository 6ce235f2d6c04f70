package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import java.util.regex.Pattern;

/** PKCE with S256 and nothing weaker (RFC 7636 §4.3, RFC 9700 §2.1.1). */
final class Challenge {
    /** A SHA-256 in base64url. */
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private Challenge() {}

    static void check(Draft draft) {
        var challenge = draft.sent.field("code_challenge");
        var method = draft.sent.field("code_challenge_method");
        boolean mayGoWithout =
                !draft.client.demands().pkce() && draft.client.confidential() && draft.sent.asksForOpenId();
        if (challenge.isEmpty() && (method.isPresent() || !mayGoWithout))
            throw INVALID_REQUEST.because("code_challenge is missing (RFC 7636)");
        if (challenge.isPresent() && !method.filter("S256"::equals).isPresent())
            throw INVALID_REQUEST.because("code_challenge_method has to be S256");
        if (challenge.isPresent() && !SHAPE.matcher(challenge.get()).matches())
            throw INVALID_REQUEST.because("code_challenge is not a SHA-256 in base64url");
        draft.challenge = challenge;
    }
}
