package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import dev.gatehouse.oauth.authorize.AuthorizationRequest.Hints;
import java.util.Map;
import java.util.Optional;

/** Nothing is longer than it has reason to be; what has no bound here is compared with something that has one. */
final class Bounds {
    static final int LONGEST_NONCE = 1024;
    static final int LONGEST_CLAIMS = 8192;
    private static final int LONGEST_LIST = 4096;
    private static final int LONGEST_HINT = 320;

    private static final Map<String, Integer> LONGEST = Map.of(
            "state", Destination.LONGEST_STATE,
            "nonce", LONGEST_NONCE,
            "scope", LONGEST_LIST,
            "claims", LONGEST_CLAIMS,
            "acr_values", LONGEST_LIST,
            "login_hint", LONGEST_HINT,
            "ui_locales", LONGEST_HINT,
            "display", LONGEST_HINT,
            "prompt", LONGEST_HINT);

    private Bounds() {}

    static void check(Draft draft) {
        draft.sent.form().fields().forEach((name, value) -> {
            if (value.length() > LONGEST.getOrDefault(name, Integer.MAX_VALUE))
                throw INVALID_REQUEST.because(name + " is longer than " + LONGEST.get(name) + " characters");
        });
        draft.nonce = draft.sent.field("nonce");
        draft.hints = new Hints(
                draft.sent.field("login_hint"), draft.sent.field("ui_locales"), display(draft.sent.field("display")));
    }

    private static Optional<String> display(Optional<String> asked) {
        return asked.filter(word -> word.matches("page|popup|touch|wap"));
    }
}
