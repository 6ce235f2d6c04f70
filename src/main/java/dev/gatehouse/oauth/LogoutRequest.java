package dev.gatehouse.oauth;

import dev.gatehouse.clients.Client;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.tokens.SignedJwt;
import dev.gatehouse.web.FormBody;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an app that signs somebody out says (OpenID Connect RP-Initiated Logout §2). {@code hint} is an ID token of ours, expired or not; one that is not ours, or
 * another client's, takes the whole request's word away: {@code distrusted}.
 */
record LogoutRequest(FormBody form, Optional<SignedJwt> hint, Optional<Client> client, boolean distrusted) {
    static final String HINT = "id_token_hint";

    private static final List<String> PARAMETERS =
            List.of("client_id", "post_logout_redirect_uri", "state", "ui_locales", HINT);

    /** Where it is to go on: only to an address that the client has registered, to the letter (§3). */
    Optional<String> redirect() {
        if (distrusted) return Optional.empty();
        return form.field("post_logout_redirect_uri")
                .filter(wish -> client.filter(
                                known -> known.postLogoutRedirects().contains(wish))
                        .isPresent())
                .map(this::withState);
    }

    /** Whether the hint is about the very session that the browser holds. */
    boolean isAbout(BrowserSession session, Subjects subjects) {
        if (hint.isEmpty() || client.isEmpty() || distrusted) return false;
        Optional<String> sid = hint.get().text("sid");
        if (sid.isPresent()) return sid.get().equals(session.id().value());
        String subject = subjects.of(client.get(), session.person().id());
        return hint.get().text("sub").filter(subject::equals).isPresent();
    }

    /** What the page that asks carries on, so that the answer is judged as the question was. */
    Map<String, String> carried() {
        var carried = new LinkedHashMap<String, String>();
        for (String name : PARAMETERS) form.field(name).ifPresent(value -> carried.put(name, value));
        return carried;
    }

    private String withState(String address) {
        return form.field("state")
                .map(state -> address + (address.indexOf('?') < 0 ? '?' : '&') + "state="
                        + URLEncoder.encode(state, StandardCharsets.UTF_8))
                .orElse(address);
    }
}
