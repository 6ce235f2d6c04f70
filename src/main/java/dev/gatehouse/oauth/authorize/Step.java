package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.identity.Due;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.vocabulary.Scopes;
import java.util.Set;

/** What comes next for a request. */
sealed interface Step {
    /** The person signs in, for at least one reason. */
    record Login(Set<Why> reasons) implements Step {
        public Login {
            reasons = Set.copyOf(reasons);
        }
    }

    enum Why {
        NOBODY_IS_SIGNED_IN,
        /** {@code prompt=login}. */
        ASKED_FOR,
        /** {@code max_age}. */
        TOO_LONG_AGO,
        /** {@code id_token_hint}, or {@code sub} in {@code claims}. */
        SOMEBODY_ELSE,
        /** An essential {@code acr}. */
        NOT_STRONG_ENOUGH
    }

    /** The person says as whom they go on. */
    record ChooseAccount() implements Step {}

    /** The person who is signed in agrees to the scopes, or does not. */
    record Consent(Scopes scopes, BrowserSession by) implements Step {}

    /** The person has something to do before anything is given. */
    record Owes(Due due) implements Step {}

    /** Nothing is missing. */
    record Issue(BrowserSession session) implements Step {}

    /** It ends here, and the client is told why. */
    record Refuse(OAuthError error, String because) implements Step {}
}
