package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.OwnAnswer;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.ClientAddress;
import dev.gatehouse.web.Cors;
import dev.gatehouse.web.Exchange;
import dev.gatehouse.web.OwnAddresses;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a request, in this order. One of these per event loop. */
final class EdgeSteps {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeSteps.class);

    private final EdgeParts parts;
    private final Vertx vertx;
    private final RequestIds ids;
    private final TraceParent traces;
    private final HttpDate date;
    private final AccessLog.Lines log;
    private final TokenStep tokens;
    private final SessionStep sessions;
    private final DecisionStep decisions;
    private final OwnAddresses house;
    private final Turn turn;
    private final HttpUpstream http;
    private final OpenWebSockets webSockets;
    private final BusUpstream bus;
    private final OwnAnswers own = new OwnAnswers();
    private final Step[] steps;
    private final Consumer<Passage> walk = this::walk;

    /** Learns one thing of a request. False: it was answered, or waits for something and goes on by itself. */
    @FunctionalInterface
    private interface Step {
        boolean take(Passage passage);
    }

    EdgeSteps(Vertx vertx, EdgeParts parts, OwnAddresses house, AccessLog.Lines log, Deadlines deadlines, Turn turn) {
        this.vertx = vertx;
        this.parts = parts;
        this.log = log;
        this.ids = new RequestIds(parts.random(), parts.clock());
        this.traces = new TraceParent(parts.random().nextLong(), parts.spans().areWanted());
        this.date = new HttpDate(parts.clock());
        this.tokens = new TokenStep(parts.tokens(), parts.proofs(), parts.forgeries());
        this.sessions = new SessionStep(parts.sessions(), tokens::verdict, parts.forgeries());
        this.decisions = new DecisionStep(parts.clock(), parts.devMode());
        this.house = house;
        this.turn = turn;
        var leases = new Leases(tokens, parts.sessions(), decisions, parts.databaseGraceOver());
        this.webSockets = new OpenWebSockets(deadlines, parts.crowd(), leases);
        this.http = new HttpUpstream(vertx, parts.upstreams(), deadlines, parts.crowd(), leases, webSockets);
        this.bus = new BusUpstream(vertx, deadlines);
        this.steps = inOrder();
    }

    /** The list. The log line is written when there has been an answer. */
    private Step[] inOrder() {
        return new Step[] {
            this::canonicalise,
            this::house,
            this::route,
            this::limitAddress,
            this::authenticate,
            this::decide,
            this::limitCaller,
            tokens::introduce,
            this::stampAndForward
        };
    }

    /** A handler for all steps rather than one for each; the second is where {@code JWTAuthHandler} leads on to. */
    Router router() {
        Router router = Router.router(vertx);
        router.route()
                .handler(context -> walk(begin(context)))
                .handler(context -> walk(Passage.of(context)))
                .failureHandler(this::failed);
        return router;
    }

    OpenWebSockets webSockets() {
        return webSockets;
    }

    private void walk(Passage passage) {
        boolean on = true;
        while (on && passage.stepsTaken < steps.length) on = steps[passage.stepsTaken++].take(passage);
    }

    Future<Void> close() {
        return http.close();
    }

    // ── receive ──────────────────────────────────────────────────────────────────────────────────────────────────

    private Passage begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        EdgeSnapshot snapshot = parts.snapshot().get();
        CallerConnection caller = CallerConnection.of(request.connection());
        boolean trusted = ClientAddress.isTrusted(caller.address(), snapshot.trustProxy());
        InetAddress client = trusted
                ? ClientAddress.of(caller.address(), request.headers().getAll("X-Forwarded-For"), snapshot.trustProxy())
                : caller.address();
        var exchange = new Exchange(requestId(request, trusted), client, System.nanoTime());
        var passage = new Passage(context, walk, caller, snapshot, exchange, trusted, traces);
        passage.response.headers().add(HttpHeaders.DATE, date.now());
        passage.response.endHandler(over -> over(passage));
        return passage;
    }

    private String requestId(HttpServerRequest request, boolean trusted) {
        String said = trusted ? request.getHeader("X-Request-Id") : null;
        return said != null && RequestIds.isWellFormed(said) ? said : ids.next();
    }

    /** The answer has been written, or the caller has left before. */
    private void over(Passage passage) {
        passage.answerBegins();
        WebSocketTunnel tunnel = passage.tunnel;
        boolean left = !passage.response.ended() && tunnel == null;
        Runnable whenLeft = passage.whenLeft;
        if (left && whenLeft != null) whenLeft.run();
        if (left && passage.caller.hasGivenUp(passage.request)) passage.cause = new CallerConnection.Unread();
        if (tunnel != null) passage.exchange.octetsIn = tunnel.toApi();
        var told = new LogLine.Told(
                passage.exchange,
                parts.clock().millis(),
                System.nanoTime(),
                passage.method().name(),
                passage.target == null ? null : passage.target.path(),
                status(passage, left),
                tunnel == null ? passage.response.bytesWritten() : tunnel.toCaller(),
                passage.traceId(),
                passage.cause,
                left && !passage.ended);
        log.add(told);
        Span span = parts.spans().areWanted() ? passage.span(told) : null;
        if (span != null) parts.spans().add(span);
    }

    private static int status(Passage passage, boolean left) {
        if (passage.tunnel != null) return 101;
        return left && !passage.response.headWritten() ? 0 : passage.response.getStatusCode();
    }

    // ── canonicalise ─────────────────────────────────────────────────────────────────────────────────────────────

    private boolean canonicalise(Passage passage) {
        return isCanonical(passage) && isAdmitted(passage);
    }

    /** Refused while it has cost nothing yet: no token was looked at, no API was asked. */
    private boolean isAdmitted(Passage passage) {
        boolean late = passage.isStream() ? turn.isLate(System.nanoTime()) : turn.isLate();
        boolean admitted =
                !late && parts.crowd().admits(passage.snapshot.limits().crowd());
        if (admitted) passage.waitsIn(parts.crowd());
        else Answers.refuse(passage, Reason.BUSY, "Too many requests wait for answers.", Duration.ofSeconds(1));
        return admitted;
    }

    private static boolean isCanonical(Passage passage) {
        HttpServerRequest request = passage.request;
        boolean hostNeeded = request.version() != HttpVersion.HTTP_1_0;
        Framing.Fault fault = Framing.fault(request.headers(), hostNeeded);
        if (fault == null && request.version() == HttpVersion.HTTP_2)
            fault = LegalFields.fault(request.method().name(), request.headers());
        if (fault != null) {
            Answers.refuse(passage, fault.reason(), fault.detail());
            return false;
        }
        String address = addressOf(passage);
        if (ForwardAuth.isAsked(address)) return ForwardAuth.begin(passage);
        int longest = passage.snapshot.limits().uriSize();
        RequestTarget target = RequestTarget.parse(request.method().name(), address, longest);
        if (target instanceof RequestTarget.Refused no) {
            Answers.refuse(passage, no.reason(), no.detail());
            return false;
        }
        var canonical = (RequestTarget.Canonical) target;
        if (!Framing.agrees(canonical.authority(), request.getHeader(HttpHeaders.HOST))) {
            Answers.refuse(passage, Reason.AMBIGUOUS_REQUEST, "The address and Host name different hosts.");
            return false;
        }
        passage.target = canonical;
        return true;
    }

    /** HTTP/2 has no absolute-form, and no address at all with CONNECT (RFC 9113 §8.3.1, §8.5). */
    private static String addressOf(Passage passage) {
        String uri = passage.request.uri();
        boolean whole = uri != null && (uri.startsWith("/") || uri.equals("*"));
        return uri == null || (passage.isStream() && !whole) ? "" : uri;
    }

    // ── our own addresses ────────────────────────────────────────────────────────────────────────────────────────

    private boolean house(Passage passage) {
        if (!HouseAddresses.has(passage.target().path())) return true;
        if (passage.check != null) Answers.refuse(passage, Reason.NO_ROUTE, "This address is the gate's own.");
        else if (!ProtectedResource.answers(passage)) enter(passage);
        return false;
    }

    /** Pages of listed origins may read the house's answers too, unless the house lets every origin do so. */
    private void enter(Passage passage) {
        Optional<Cors> cors = passage.snapshot.cors();
        if (cors.isPresent() && Cors.isPreflight(passage.request.method().name(), passage.request.headers())) {
            Optional<Reply> reply =
                    cors.get().preflight(passage.request.headers(), List.of("GET", "POST", "PUT", "DELETE"));
            if (reply.isPresent()) {
                Answers.give(passage, reply.get());
                return;
            }
        }
        if (cors.isPresent())
            passage.response.headersEndHandler(late -> {
                if (!passage.response.headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN))
                    Answers.stampCors(passage, passage.response.headers());
            });
        passage.exchange.attachTo(passage.context);
        house.handle(passage.context);
    }

    // ── route ────────────────────────────────────────────────────────────────────────────────────────────────────

    private boolean route(Passage passage) {
        String method = passage.method().name();
        boolean preflight = passage.check == null && Cors.isPreflight(method, passage.request.headers());
        String wanted = preflight ? passage.request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) : method;
        if (preflight && preflight(passage, wanted)) return false;
        RouteTable.Found<CompiledRoute> found =
                passage.snapshot.routes().find(wanted, passage.target(), passage.host(), passage.fields);
        if (found instanceof RouteTable.Found.Match<CompiledRoute> match) {
            passage.variables = match.variables();
            lead(passage, match.route());
            return true;
        }
        notFound(passage, found);
        return false;
    }

    private static void lead(Passage passage, CompiledRoute route) {
        passage.route = route;
        passage.exchange.api = route.api();
        passage.exchange.route = route.pattern();
        passage.exchange.rule = route.at();
    }

    /** Answered when the request it asks about could lead somewhere; every API that it could lead to has to allow the page. */
    private static boolean preflight(Passage passage, String wanted) {
        MultiMap asked = passage.request.headers();
        List<CompiledRoute> possible = passage.snapshot
                .routes()
                .possible(wanted, passage.target(), passage.host(), AskedFields.announced(asked));
        if (possible.isEmpty()) return false;
        Optional<Reply> reply = Optional.empty();
        for (CompiledRoute route : possible) {
            lead(passage, route);
            reply = route.cors().flatMap(cors -> cors.preflight(asked, List.of(wanted)));
            if (reply.isEmpty()) break;
        }
        if (reply.isPresent()) Answers.give(passage, reply.get());
        else Answers.refuse(passage, Reason.ORIGIN_NOT_ALLOWED, "Pages of this origin may not call this API.");
        return true;
    }

    private static void notFound(Passage passage, RouteTable.Found<CompiledRoute> found) {
        if (found instanceof RouteTable.Found.MethodNotAllowed<CompiledRoute> no) {
            String allowed = String.join(", ", no.allowed());
            Reply reply = Answers.problem(passage, Reason.METHOD_NOT_ALLOWED, "This address takes " + allowed + ".");
            Answers.give(passage, Reason.METHOD_NOT_ALLOWED, reply.with("Allow", allowed));
        } else if (found instanceof RouteTable.Found.Ambiguous<CompiledRoute> no) {
            Answers.refuse(passage, Reason.AMBIGUOUS_REQUEST, no.detail());
        } else {
            Answers.refuse(passage, Reason.NO_ROUTE, "No route leads to this address.");
        }
    }

    // ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────

    private boolean limitAddress(Passage passage) {
        return LimitStep.allowsAddress(passage);
    }

    private boolean limitCaller(Passage passage) {
        return LimitStep.allowsCaller(passage);
    }

    // ── authenticate, decide ─────────────────────────────────────────────────────────────────────────────────────

    private boolean authenticate(Passage passage) {
        if (passage.route().policy().isPublic()) return true;
        if (parts.databaseGraceOver().getAsBoolean())
            Answers.refuse(
                    passage, Reason.DATABASE_UNAVAILABLE, "Tokens cannot be judged for now.", Duration.ofSeconds(5));
        else if (SessionStep.isAsked(passage)) sessions.authenticate(passage, passage::goOn);
        else return tokens.authenticate(passage);
        return false;
    }

    private boolean decide(Passage passage) {
        return passage.route().policy().isPublic() || (tokens.settled(passage) && decisions.allows(passage));
    }

    // ── forward ──────────────────────────────────────────────────────────────────────────────────────────────────

    private boolean stampAndForward(Passage passage) {
        long most = passage.snapshot.limits().bodySize();
        if (passage.check != null) ForwardAuth.allow(passage);
        else if (passage.hasBody && Answers.announcedLength(passage.request) > most)
            Answers.refuse(passage, Reason.BODY_TOO_LARGE, "The body may have " + most + " bytes.");
        else if (passage.route().upstream() instanceof Config.Upstream.Http) forward(passage);
        else if (passage.route().upstream() instanceof OwnAnswer) own.forward(passage);
        else bus.forward(passage);
        return false;
    }

    private void forward(Passage passage) {
        if (WebSocketHandshake.isAsked(passage.request)) {
            Framing.Fault fault = WebSocketHandshake.fault(passage);
            if (fault != null) {
                Answers.refuseWebSocket(passage, fault);
                return;
            }
            if (!((Http1Caller) passage.caller).expectSilence()) {
                OpenWebSockets.hangUp(passage);
                return;
            }
            passage.webSocket = WebSocketHandshake.of(passage.request.headers());
        }
        http.forward(passage);
    }

    // ── what went wrong ──────────────────────────────────────────────────────────────────────────────────────────

    private void failed(RoutingContext context) {
        Passage known = Passage.known(context);
        Passage passage = known == null ? begin(context) : known;
        Throwable failure = context.failure();
        if (passage.authenticating) tokens.failed(passage, failure);
        else if (passage.response.headWritten()) brokenOff(passage, failure);
        else if (known == null && !isCanonical(passage)) return;
        else if (known == null) Answers.refuse(passage, Reason.BAD_REQUEST, "The address is not a path.");
        else if (failure instanceof Refusal refusal) Answers.refuse(passage, refusal.problem(), refusal.detail());
        else bug(passage, failure);
    }

    /** Where the caller has not left before, so that nobody is told any more. */
    private static void brokenOff(Passage passage, @Nullable Throwable failure) {
        passage.cause = failure;
        passage.breakOff(Reason.INTERNAL);
    }

    private static void bug(Passage passage, @Nullable Throwable failure) {
        LOG.error("request {} failed", passage.exchange.requestId, failure);
        Answers.refuse(passage, Reason.INTERNAL, "The operator finds out more under this request id.");
    }
}
