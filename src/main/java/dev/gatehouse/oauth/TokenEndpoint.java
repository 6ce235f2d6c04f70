package dev.gatehouse.oauth;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.UNAUTHORIZED_CLIENT;
import static dev.gatehouse.clients.OAuthError.UNSUPPORTED_GRANT_TYPE;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.clients.registration.ClientUse;
import dev.gatehouse.oauth.grant.Asked;
import dev.gatehouse.oauth.grant.Grant;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** POST /oauth/token (RFC 6749 §3.2): which grant, who is calling, does it hold, here are the tokens. */
final class TokenEndpoint {
    private final ClientAuthentication authentication;
    private final DpopProofs proofs;
    private final Map<GrantType, Grant> grants;
    private final ClientUse use;
    private final InstantSource clock;

    TokenEndpoint(
            ClientAuthentication authentication,
            DpopProofs proofs,
            Map<GrantType, Grant> grants,
            ClientUse use,
            InstantSource clock) {
        this.authentication = authentication;
        this.proofs = proofs;
        this.grants = grants;
        this.use = use;
        this.clock = clock;
    }

    /** The grant that a request names. */
    private record Named(GrantType type, Grant grant) {}

    Future<Reply> token(Call call) {
        FormBody form = FormBody.of(call);
        Named named = named(form);
        return authentication
                .of(call, form, whenUnnamed(named.type()))
                .compose(client -> issued(call, form, client, named))
                .map(this::reply);
    }

    /** For a client that has shown who it is, by whatever way it came. */
    Future<Issued> issued(Call call, FormBody form, Client client) {
        return issued(call, form, client, named(form));
    }

    private Future<Issued> issued(Call call, FormBody form, Client client, Named named) {
        return proofs.ofTokenRequest(call, registered(client, named.type()))
                .map(key -> new Asked(call, form, client, key, clock.instant()))
                .compose(named.grant()::exchange)
                .onSuccess(issued -> use.used(client));
    }

    /** Whoever proves possession takes the next nonce along (RFC 9449 §8.2). */
    private Reply reply(Issued issued) {
        return issued.bound() ? issued.reply().with(DpopProofs.NONCE, proofs.nonce()) : issued.reply();
    }

    private Named named(FormBody form) {
        String text = form.field("grant_type").orElseThrow(() -> INVALID_REQUEST.because("grant_type is missing"));
        return GrantType.named(text)
                .flatMap(type -> Optional.ofNullable(grants.get(type)).map(grant -> new Named(type, grant)))
                .orElseThrow(() -> UNSUPPORTED_GRANT_TYPE.because("this grant_type is not offered here"));
    }

    /** Who signed in by {@code POST /login} has never heard of clients. */
    private static Optional<ClientId> whenUnnamed(GrantType type) {
        return type == GrantType.REFRESH_TOKEN ? Optional.of(Client.GATEHOUSE) : Optional.empty();
    }

    private static Client registered(Client client, GrantType type) {
        if (!client.grants().contains(type))
            throw UNAUTHORIZED_CLIENT.because("the client is not registered for this grant_type");
        return client;
    }
}
