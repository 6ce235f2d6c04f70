package dev.gatehouse.oauth.authorize;

import dev.gatehouse.signin.Level;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * How people shall have signed in, the best first: {@code acr_values}, or what the client is registered with. They are a wish (OpenID Connect Core §3.1.2.1), so names
 * that mean nothing here are passed over; those that do are met, because an API that asks for them would refuse whatever is less (RFC 9470 §5). An essential {@code
 * acr} in {@code claims} comes first.
 */
final class AcrAsked {
    private AcrAsked() {}

    static void check(Draft draft) {
        if (!draft.acrValues.isEmpty()) return;
        List<String> words = draft.sent.words("acr_values");
        var known =
                new LinkedHashSet<>(words.isEmpty() ? draft.client.defaults().acrValues() : words);
        known.removeIf(name -> Level.of(name).isEmpty());
        draft.acrValues = known;
    }
}
