package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;

import dev.gatehouse.vocabulary.Scopes;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Scopes that exist (RFC 6749 §3.3). What exists and is not for this client is left out, and the token response says so; {@code openid} is not left out silently,
 * since what comes back without it is another protocol. Who names none gets what the client is registered for, short of what tells of the person.
 */
final class ScopeAsked {
    /** OpenID Connect Core §5.4, §11. */
    static final Set<String> STANDARD = Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    private ScopeAsked() {}

    static void check(Draft draft) {
        Scopes registered = draft.client.scopes();
        var asked = new LinkedHashSet<>(draft.sent.words("scope"));
        if (asked.isEmpty()) {
            registered.values().stream()
                    .filter(scope -> !STANDARD.contains(scope))
                    .forEach(asked::add);
        }
        for (String scope : asked)
            if (!STANDARD.contains(scope) && !draft.config.scopes().containsKey(scope))
                throw INVALID_SCOPE.because("there is no such scope here");
        if (asked.contains("openid") && !registered.has("openid"))
            throw INVALID_SCOPE.because("this client is not registered for openid");
        boolean nothingAsked = asked.isEmpty();
        asked.retainAll(registered.values());
        if (asked.isEmpty() && !nothingAsked)
            throw INVALID_SCOPE.because("this client is registered for none of these scopes");
        draft.scopes = Scopes.of(asked);
    }
}
