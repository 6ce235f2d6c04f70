package dev.gatehouse.web;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Values of {@code WWW-Authenticate} for bearer tokens (RFC 6750 §3, RFC 9470 §3). An {@code error} stands only where a token was sent. */
public final class BearerChallenge {
    /** The header's name. */
    public static final String FIELD = "WWW-Authenticate";

    /** Nobody has said yet who they are (RFC 6750 §3.1: no error code then). */
    public static final String SIGN_IN = "Bearer realm=\"gatehouse\"";

    private BearerChallenge() {}

    public static String invalidToken(String description) {
        return SIGN_IN + ", error=\"invalid_token\", error_description=\"" + quotable(description) + "\"";
    }

    /** {@code scope} is the scope that would have been enough (RFC 6750 §3). */
    public static String insufficientScope(String scope) {
        return SIGN_IN + ", error=\"insufficient_scope\", scope=\"" + quotable(scope) + "\"";
    }

    /** {@code maxAge} empty: at any time would do; {@code acr} empty: in any way (RFC 9470 §3). */
    public static String stepUp(Optional<Duration> maxAge, List<String> acr) {
        var challenge = SIGN_IN + ", error=\"insufficient_user_authentication\""
                + ", error_description=\"A more recent or stronger sign-in is needed\"";
        if (!acr.isEmpty()) challenge += ", acr_values=\"" + String.join(" ", acr) + "\"";
        return maxAge.isEmpty()
                ? challenge
                : challenge + ", max_age=\"" + maxAge.get().toSeconds() + "\"";
    }

    /** RFC 6750 §3: printable ASCII without quote and backslash. */
    private static String quotable(String text) {
        var kept = new StringBuilder(text.length());
        text.chars().forEach(c -> kept.append(c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '\'' : (char) c));
        return kept.toString();
    }
}
