package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;

import dev.gatehouse.signin.Audiences;
import java.net.URI;
import java.net.URISyntaxException;

/** For whom the tokens are meant: absolute addresses without a fragment, of APIs that are here (RFC 8707 §2). */
final class ResourceAsked {
    private ResourceAsked() {}

    static void check(Draft draft) {
        for (String resource : draft.sent.resources())
            if (!isAbsolute(resource))
                throw INVALID_TARGET.because("resource has to be an absolute URI without a fragment");
        draft.audience = Audiences.wanted(draft.sent.resources(), draft.config, draft.url)
                .orElseThrow(() -> INVALID_TARGET.because("there is no such resource here"));
    }

    private static boolean isAbsolute(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (URISyntaxException notAnAddress) {
            return false;
        }
    }
}
