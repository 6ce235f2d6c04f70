package dev.gatehouse.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What verticles ask the house, in Java: who is this, and what may they do? Each call is one message to {@value #ADDRESS}; whoever prefers JSON sends it themselves.
 * A bad token is an answer. A future fails with a {@link io.vertx.core.eventbus.ReplyException} where the question made no sense, where its sender may not ask, or
 * where nobody answered. Immutable; may be shared by all threads.
 */
public final class TokenService {
    /** Where the house listens. */
    public static final String ADDRESS = "gatehouse.tokens";

    /** Of the messages that are spoken there. */
    public static final int VERSION = 1;

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final Vertx vertx;
    private final Optional<String> api;
    private final @Nullable Supplier<String> serviceToken;

    private TokenService(Vertx vertx, Optional<String> api, @Nullable Supplier<String> serviceToken) {
        this.vertx = vertx;
        this.api = api;
        this.serviceToken = serviceToken;
    }

    /** Asks the house that lives on the same event bus, for tokens that are meant for the house itself. */
    public static TokenService on(Vertx vertx) {
        return new TokenService(vertx, Optional.empty(), null);
    }

    /** The same for tokens that are meant for an API of the configuration: its issuers and its audience count. */
    public TokenService forApi(String name) {
        return new TokenService(vertx, Optional.of(name), serviceToken);
    }

    /** Shows with each question which service asks; the token is fetched anew every time, so that it may be renewed. */
    public TokenService as(Supplier<String> token) {
        return new TokenService(vertx, api, token);
    }

    // ── who is this, what may they do ────────────────────────────────────────────────────────────────────────────

    /** Whether a token holds, and whose it is. */
    public Future<Answer> verify(String token) {
        return ask(withApi("verify").put("token", token)).map(Answer::verified);
    }

    /** Whether the gate would let a request with that token pass; the route says which API's eyes count. */
    public Future<Answer> authorize(String token, String method, String path) {
        var question =
                action("authorize").put("token", token).put("method", method).put("path", path);
        return ask(question).map(Answer::authorized);
    }

    /** Whether a rule in the words of the configuration holds, for example {@code scope orders:read and role support}, or {@code policy support-desk}. */
    public Future<Answer> authorize(String token, String permission) {
        return ask(withApi("authorize").put("token", token).put("permission", permission))
                .map(Answer::authorized);
    }

    /** What RFC 7662 says of a token of ours, for whatever API; only services may ask. */
    public Future<JsonObject> introspect(String token) {
        return ask(action("introspect").put("token", token));
    }

    /** What the token's scopes let one know of its person (OpenID Connect Core §5.3). */
    public Future<JsonObject> userInfo(String token) {
        return ask(action("userinfo").put("token", token));
    }

    // ── what services may do ─────────────────────────────────────────────────────────────────────────────────────

    /** A token that was just made. */
    public record Minted(String token, Duration lifetime, String scope) {
        static Minted of(JsonObject message) {
            return new Minted(
                    message.getString("access_token"),
                    Duration.ofSeconds(message.getLong("expires_in")),
                    message.getString("scope"));
        }
    }

    /** A token in the service's own name, for these APIs; none is the house. */
    public Future<Minted> mint(List<String> audience) {
        return ask(action("mint").put("audience", new JsonArray(audience))).map(Minted::of);
    }

    /** A token for these APIs, in the name of the person whose token was shown to the service. */
    public Future<Minted> exchange(String token, List<String> audience) {
        return ask(action("exchange").put("token", token).put("audience", new JsonArray(audience)))
                .map(Minted::of);
    }

    /** Ends a token of the service's own; succeeds when that is on disk, and the next request is refused. */
    public Future<Void> revoke(String token) {
        return ask(action("revoke").put("token", token)).mapEmpty();
    }

    private JsonObject withApi(String action) {
        JsonObject question = action(action);
        api.ifPresent(name -> question.put("api", name));
        return question;
    }

    private static JsonObject action(String name) {
        return new JsonObject().put("version", VERSION).put("action", name);
    }

    private Future<JsonObject> ask(JsonObject question) {
        var options = new DeliveryOptions().setSendTimeout(TIMEOUT.toMillis());
        if (serviceToken != null) options.addHeader(CallerProof.HEADER, serviceToken.get());
        return vertx.eventBus().<JsonObject>request(ADDRESS, question, options).map(reply -> reply.body());
    }
}
