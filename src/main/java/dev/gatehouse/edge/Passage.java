package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.web.Exchange;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request on its way through the gate, and what each of the steps has learned of it. Confined to its event loop. */
final class Passage {
    private static final String KEY = "gatehouse.passage";

    final RoutingContext context;
    final HttpServerRequest request;
    final HttpServerResponse response;
    final CallerConnection caller;
    final EdgeSnapshot snapshot;
    final Exchange exchange;
    final boolean hasBody;

    RequestTarget.@Nullable Canonical target;
    @Nullable CompiledRoute route;
    PathVariables variables = PathVariables.NONE;
    /** Null: a caller without a token. */
    @Nullable Claims claims;
    /** While the token is being looked at: what fails then fails because of it. */
    boolean authenticating;
    @Nullable String traceId;
    /** What is to be done when the caller leaves before the answer is complete. */
    @Nullable Runnable whenLeft;

    Passage(RoutingContext context, CallerConnection caller, EdgeSnapshot snapshot, Exchange exchange) {
        this.context = context;
        this.request = context.request();
        this.response = context.response();
        this.caller = caller;
        this.snapshot = snapshot;
        this.exchange = exchange;
        this.hasBody = request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        context.put(KEY, this);
    }

    static @Nullable Passage known(RoutingContext context) {
        return context.get(KEY);
    }

    static Passage of(RoutingContext context) {
        return Objects.requireNonNull(known(context), "the first step makes the passage");
    }

    CompiledRoute route() {
        return Objects.requireNonNull(route, "routed");
    }

    RequestTarget.Canonical target() {
        return Objects.requireNonNull(target, "canonicalised");
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }
}
