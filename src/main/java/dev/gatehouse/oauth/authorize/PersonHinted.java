package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

/** Whom the client believes to be there: the subject of an ID token of ours, which may have expired (OpenID Connect Core §3.1.2.1). */
final class PersonHinted {
    private PersonHinted() {}

    static void check(Draft draft) {
        draft.sent
                .field("id_token_hint")
                .ifPresent(hint -> draft.subjects.add(draft.idTokenHints
                        .subject(hint)
                        .orElseThrow(
                                () -> INVALID_REQUEST.because("id_token_hint is not an ID token of this issuer"))));
    }
}
