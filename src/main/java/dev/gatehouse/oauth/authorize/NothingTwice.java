package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import java.util.TreeSet;

/** No parameter comes twice (RFC 6749 §3.1), but for {@code resource} (RFC 8707 §2): of two values one would be checked and the other used. */
final class NothingTwice {
    private NothingTwice() {}

    static void check(Draft draft) {
        var twice = new TreeSet<>(draft.sent.form().twice());
        if (draft.sent.form().all("audience").size() > 1) twice.add("audience");
        if (!twice.isEmpty()) throw INVALID_REQUEST.because("a parameter was sent more than once");
    }
}
