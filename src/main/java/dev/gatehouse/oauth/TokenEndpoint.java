package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.UNSUPPORTED_GRANT_TYPE;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.oauth.grant.Asked;
import dev.gatehouse.oauth.grant.RefreshGrant;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;

/** POST /oauth/token (RFC 6749 §3.2): which grant, who is calling, does it hold, here are the tokens. */
final class TokenEndpoint {
    private final ClientAuthentication authentication;
    private final RefreshGrant refresh;

    TokenEndpoint(ClientAuthentication authentication, RefreshGrant refresh) {
        this.authentication = authentication;
        this.refresh = refresh;
    }

    Future<Reply> token(Call call) {
        FormBody form = FormBody.of(call);
        String grant = form.field("grant_type").orElseThrow(() -> INVALID_REQUEST.because("grant_type is missing"));
        if (!grant.equals("refresh_token"))
            throw UNSUPPORTED_GRANT_TYPE.because("the only grant_type here is refresh_token");
        return authentication
                .of(call, form, Optional.of(Client.GATEHOUSE))
                .compose(client -> refresh.exchange(new Asked(call, form, client)));
    }
}
