package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Cors;
import dev.gatehouse.web.Exchange;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request on its way through the gate, and what each of the steps has learned of it. Confined to its event loop. */
final class Passage {
    private static final String KEY = "gatehouse.passage";

    final RoutingContext context;
    /** Takes the steps that are left. */
    private final Consumer<Passage> walk;

    int stepsTaken;
    final HttpServerRequest request;
    final HttpServerResponse response;
    final CallerConnection caller;
    final EdgeSnapshot snapshot;
    final Exchange exchange;
    /** The neighbour is a proxy whose word counts. */
    final boolean trusted;

    final boolean hasBody;

    RequestTarget.@Nullable Canonical target;

    @Nullable
    CompiledRoute route;

    PathVariables variables = PathVariables.NONE;
    /** The header fields that decided which route it was, among others. */
    final AskedFields fields;

    /** Null: a caller without a token. */
    @Nullable
    Claims claims;
    /** What the API is shown of the caller, where it wants a JWT. */
    @Nullable
    String identity;
    /** What another gateway was asked, where it is that which asks here. */
    ForwardAuth.@Nullable Original check;
    /** The access token behind the cookie that the caller showed. */
    @Nullable
    String sessionToken;
    /** How the caller stands with the limits that were asked so far, as the {@code RateLimit} field says it. */
    String standing = "";
    /** While the token is being looked at: what fails then fails because of it. */
    boolean authenticating;

    private final TraceParent traces;
    private @Nullable String trace;
    /** The caller's own, where the trace goes on from there. */
    private @Nullable String traceBefore;
    /** What went wrong behind the gate, for the log. */
    @Nullable
    Throwable cause;
    /** By what right it is still there, once it has lasted. */
    @Nullable
    Lease lease;
    /** It was the gate that broke off the answer, for the reason that is told. */
    boolean ended;
    /** What the caller asks for, where that is a WebSocket. */
    @Nullable
    WebSocketHandshake webSocket;
    /** What has become of it. */
    @Nullable
    WebSocketTunnel tunnel;
    /** Where the request is counted until its answer begins. */
    private @Nullable Crowd waitsIn;

    /** What is to be done when the caller leaves before the answer is complete. */
    @Nullable
    Runnable whenLeft;

    Passage(
            RoutingContext context,
            Consumer<Passage> walk,
            CallerConnection caller,
            EdgeSnapshot snapshot,
            Exchange exchange,
            boolean trusted,
            TraceParent traces) {
        this.context = context;
        this.walk = walk;
        this.request = context.request();
        this.response = context.response();
        this.caller = caller;
        this.snapshot = snapshot;
        this.exchange = exchange;
        this.trusted = trusted;
        this.traces = traces;
        this.fields = new AskedFields(request.headers());
        this.hasBody = caller.sendsBody(request);
        context.put(KEY, this);
    }

    static @Nullable Passage known(RoutingContext context) {
        return context.get(KEY);
    }

    static Passage of(RoutingContext context) {
        return Objects.requireNonNull(known(context), "the first step makes the passage");
    }

    void know(Claims caller) {
        claims = caller;
        exchange.subject = caller.subject();
        exchange.username = caller.username().orElse(null);
        exchange.client = caller.client().map(ClientId::value).orElse(null);
    }

    /** Whatever it waited for is known. */
    void goOn() {
        try {
            walk.accept(this);
        } catch (RuntimeException bug) {
            context.fail(bug);
        }
    }

    /** Goes on with what will be known; a body waits meanwhile, and so does nobody who has left. */
    <T> void await(Future<T> answer, Consumer<T> then) {
        if (answer.succeeded()) {
            then.accept(answer.result());
            return;
        }
        if (hasBody) request.pause();
        answer.onComplete((known, failure) -> {
            if (response.closed() || response.ended()) return;
            if (failure != null) context.fail(failure);
            else then.accept(known);
        });
    }

    void waitsIn(Crowd crowd) {
        waitsIn = crowd;
    }

    /** From now on it is one of those who read, whose number only the connections bound. */
    void answerBegins() {
        Crowd crowd = waitsIn;
        waitsIn = null;
        if (crowd != null) crowd.answerBegins();
    }

    CompiledRoute route() {
        return Objects.requireNonNull(route, "routed");
    }

    /** Which pages may call: what the API says, or the house for what leads nowhere. */
    Optional<Cors> cors() {
        return route == null ? snapshot.cors() : route.cors();
    }

    /** What the caller wants done; {@code request} has the method by which it came, which differs where another gateway asks. */
    HttpMethod method() {
        return check == null ? request.method() : check.method();
    }

    /** As it was sent; null where an HTTP/1.0 caller named none. */
    @Nullable
    String host() {
        Optional<String> authority = target().authority();
        if (authority.isPresent()) return authority.get();
        if (check != null && check.host() != null) return check.host();
        String host = request.getHeader(HttpHeaders.HOST);
        if (host != null || request.authority() == null) return host;
        return request.authority().host();
    }

    RequestTarget.Canonical target() {
        return Objects.requireNonNull(target, "canonicalised");
    }

    /** This request's {@code traceparent}: a trusted neighbour's, else a new one. */
    String trace() {
        String known = trace;
        if (known != null) return known;
        String said = trusted ? request.getHeader("traceparent") : null;
        boolean goesOn = said != null && TraceParent.isValid(said);
        String made = goesOn ? traces.after(Objects.requireNonNull(said)) : traces.next();
        traceBefore = goesOn ? said : null;
        trace = made;
        return made;
    }

    /** Null where the caller asked for no record of its trace. */
    @Nullable
    Span span(LogLine.Told told) {
        String name = trace();
        if (!TraceParent.isSampled(name)) return null;
        String before = traceBefore;
        return new Span(
                told,
                TraceParent.traceId(name),
                before == null ? null : TraceParent.spanId(before),
                traces.span(),
                TraceParent.spanId(name));
    }

    /** Null until something was sent on under it. */
    @Nullable
    String traceId() {
        return trace == null ? null : TraceParent.traceId(trace);
    }

    String clientAddressText() {
        return exchange.clientAddress.equals(caller.address())
                ? caller.addressText()
                : exchange.clientAddress.getHostAddress();
    }

    /** The caller's connection carries other requests as well. */
    boolean isStream() {
        return request.version() == HttpVersion.HTTP_2;
    }

    /** The answer cannot be finished: the caller is to see that it is not whole, and the log why. */
    void breakOff(Reason why) {
        ended = true;
        exchange.reason = why;
        breakOff();
    }

    /** As it was the caller who did not keep to the rules. */
    void breakOff() {
        caller.cut(request, Http2Error.INTERNAL_ERROR.code());
    }

    /** Nothing more is taken of a request that has been answered (RFC 9113 §8.1). */
    void readNoFurther() {
        caller.cut(request, Http2Error.NO_ERROR.code());
    }

    boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }
}
