package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;

/** {@code none} stands alone: one cannot be asked and not be asked (OpenID Connect Core §3.1.2.1). */
final class PromptAsked {
    private PromptAsked() {}

    static void check(Draft draft) {
        for (String word : draft.sent.words("prompt"))
            draft.prompts.add(Prompt.named(word)
                    .orElseThrow(() -> INVALID_REQUEST.because("prompt is none, login, consent or select_account")));
        if (draft.prompts.contains(Prompt.NONE) && draft.prompts.size() > 1)
            throw INVALID_REQUEST.because("prompt=none goes with no other");
    }
}
