package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.DpopProofs;
import dev.gatehouse.signin.House;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/** POST /oauth/par (RFC 9126 §2): a client brings its request itself, is told what is wrong with it, and gets a name for it that the browser carries. */
final class PushEndpoint {
    /** What is kept of one client at any time is bounded by this and by the minute for which it is kept. */
    private static final TokenBucket PER_CLIENT = new TokenBucket(600, Duration.ofMinutes(1));

    private static final int MOST_CLIENTS = 20_000;

    /** How a client shows which one it is; no parameters of the request that it brings. */
    private static final Set<String> AUTHENTICATION =
            Set.of("client_secret", "client_assertion", "client_assertion_type");

    private final ClientAuthentication authentication;
    private final RequestReader reader;
    private final PushedRequests pushes;
    private final DpopProofs proofs;
    private final LimitTable<ClientId> perClient;

    PushEndpoint(House house, ClientAuthentication authentication, RequestReader reader, PushedRequests pushes) {
        this.authentication = authentication;
        this.reader = reader;
        this.pushes = pushes;
        this.proofs = new DpopProofs(house);
        this.perClient = new LimitTable<>(PER_CLIENT, MOST_CLIENTS, house.clock());
    }

    Future<Reply> push(Call call) {
        FormBody form = FormBody.of(call);
        return authentication
                .of(call, form, Optional.empty())
                .map(this::withinBounds)
                .compose(client -> proofs.shown(call).compose(key -> reader.readPushed(parameters(form, client), client)
                        .map(request -> request.pushedBy(key))))
                .compose(pushes::keep)
                .map(PushEndpoint::reply);
    }

    private Client withinBounds(Client client) {
        perClient.take(client.id()).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("this client pushes more requests than are kept")
                    .retryAfter(wait);
        });
        return client;
    }

    private static FormBody parameters(FormBody form, Client client) {
        var fields = new LinkedHashMap<>(form.fields());
        fields.keySet().removeAll(AUTHENTICATION);
        fields.put("client_id", client.id().value());
        return new FormBody(fields, form.repeated(), form.twice());
    }

    private static Reply reply(String uri) {
        return Reply.json(
                        201,
                        new JsonObject().put("request_uri", uri).put("expires_in", PushedRequests.LIFETIME.toSeconds()))
                .with("Cache-Control", "no-store");
    }
}
