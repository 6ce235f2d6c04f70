package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.UNSUPPORTED_RESPONSE_TYPE;

/** A code, and nothing else, comes back (RFC 9700 §2.1.2), in a way that is offered. */
final class ResponseKind {
    private ResponseKind() {}

    static void check(Draft draft) {
        String type = draft.sent
                .field("response_type")
                .orElseThrow(() -> INVALID_REQUEST.because("response_type is missing"));
        if (!type.equals("code")) throw UNSUPPORTED_RESPONSE_TYPE.because("the only response_type here is code");
        draft.sent.field("response_mode").ifPresent(mode -> {
            if (ResponseMode.named(mode).isEmpty())
                throw INVALID_REQUEST.because("response_mode is query, fragment or form_post here");
        });
    }
}
