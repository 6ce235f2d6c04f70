package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

import java.time.Duration;

/** How old a sign-in may be: whole seconds, or what the client is registered with (OpenID Connect Core §3.1.2.1, {@code default_max_age}). */
final class AgeAsked {
    private AgeAsked() {}

    static void check(Draft draft) {
        draft.maxAge = draft.sent.field("max_age").map(AgeAsked::seconds).or(() -> draft.client
                .defaults()
                .maxAge());
    }

    private static Duration seconds(String text) {
        if (!text.matches("[0-9]{1,9}")) throw INVALID_REQUEST.because("max_age is a number of seconds");
        return Duration.ofSeconds(Long.parseLong(text));
    }
}
