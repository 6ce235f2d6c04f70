package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import java.util.regex.Pattern;

/** The key that has to be shown when the code is redeemed, by its thumbprint (RFC 9449 §10). */
final class ProofKey {
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    private ProofKey() {}

    static void check(Draft draft) {
        draft.dpopKey = draft.sent.field("dpop_jkt");
        draft.dpopKey.ifPresent(key -> {
            if (!THUMBPRINT.matcher(key).matches())
                throw INVALID_REQUEST.because("dpop_jkt is not a SHA-256 thumbprint in base64url");
        });
    }
}
