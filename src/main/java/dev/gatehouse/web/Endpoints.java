package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All our own addresses: finds who answers, reads the body within its bounds, and is the one place where a {@link Refusal} becomes bytes. Anything else that is
 * thrown is a bug: the caller gets 500 without a word about it, the log gets the rest under the same request id.
 */
public final class Endpoints implements OwnAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    /** How long the rest of a refused body may take to arrive before the connection is closed on it (RFC 9112 §9.6). */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** The rest of a body is not wanted, and its connection goes on (RFC 9113 §8.1). */
    private static final long NOTHING_WRONG = 0;

    private final String url;
    private final List<Map.Entry<String, String>> dress;
    private final Duration bodyTimeout;
    private final Pages pages;
    private final Map<String, Map<String, Address>> exact = new LinkedHashMap<>();
    private final Map<String, Map<String, Address>> stems = new LinkedHashMap<>();

    private final Map<String, Dressed> documents = new HashMap<>();

    private record Dressed(Reply bare, Reply dressed) {}

    /** {@code url} is what browsers see, without a slash at its end. */
    public Endpoints(String url, Duration bodyTimeout, List<Address> addresses) {
        this(url, bodyTimeout, addresses, Pages.plain());
    }

    /** {@code pages} are what people are told with where something is refused. */
    public Endpoints(String url, Duration bodyTimeout, List<Address> addresses, Pages pages) {
        this.url = url;
        this.dress = dress(url);
        this.pages = pages;
        this.bodyTimeout = bodyTimeout;
        for (Address address : addresses) {
            var paths = address.endsInVariable() ? stems : exact;
            String path = address.endsInVariable() ? address.stem() : address.path();
            var before =
                    paths.computeIfAbsent(path, fresh -> new LinkedHashMap<>()).put(address.method(), address);
            if (before != null)
                throw new IllegalArgumentException("two endpoints for " + address.method() + " " + path);
        }
    }

    /** What came out, and why where it is a refusal: the access log wants to know. */
    record Answered(Reply reply, @Nullable Problem reason) {}

    /** Whether a path is one of ours, whatever the method. */
    public boolean owns(String path) {
        return !addressesAt(path).isEmpty();
    }

    /** Every address, for the test that finds each in the OpenAPI document. */
    public List<Address> addresses() {
        return Stream.of(exact, stems)
                .flatMap(paths -> paths.values().stream())
                .flatMap(methods -> methods.values().stream())
                .collect(Collectors.toList());
    }

    /** The answer to a call as a value; never fails. */
    public Future<Reply> answer(Call call) {
        return answered(call).map(Answered::reply);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public @Nullable Reply document(String path) {
        var methods = exact.get(path);
        Address address = methods == null ? null : methods.get("GET");
        if (address == null || !address.forEveryOrigin()) return null;
        if (!(address.endpoint() instanceof PublicDocument document)) return null;
        Reply bare = document.now();
        Dressed kept = documents.get(path);
        if (kept == null || kept.bare() != bare) {
            kept = new Dressed(bare, inOurDress(bare.with("Access-Control-Allow-Origin", "*")));
            documents.put(path, kept);
        }
        return kept.dressed();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        Exchange exchange = Exchange.of(context);
        int limit = Optional.ofNullable(
                        addressesAt(request.path()).get(request.method().name()))
                .map(Address::bodyLimit)
                .orElse(Address.BODY_LIMIT);
        BodyReader.read(context.vertx(), request, limit, bodyTimeout)
                .transform(read -> read.succeeded()
                        ? strayed(request, exchange)
                                .map(Future::succeededFuture)
                                .orElseGet(() -> answered(call(request, exchange, read.result())))
                        : Future.succeededFuture(refused(call(request, exchange, Buffer.buffer()), read.cause())))
                .onSuccess(answered -> {
                    exchange.reason = answered.reason();
                    send(context, inOurDress(answered.reply()));
                });
    }

    /** A browser that wants a page of ours under another host than ours; what a trusted proxy passes on is the proxy's to know. */
    private Optional<Answered> strayed(HttpServerRequest request, Exchange exchange) {
        Address address = addressesAt(request.path()).get(request.method().name());
        if (address == null || address.errors() != ErrorForm.PAGE) return Optional.empty();
        boolean direct = exchange.clientAddress
                .getHostAddress()
                .equals(request.remoteAddress().hostAddress());
        if (!direct) return Optional.empty();
        Call call = call(request, exchange, Buffer.buffer());
        if (!call.method().equals("GET") || !Pages.wanted(call)) return Optional.empty();
        String host = Optional.ofNullable(request.getHeader("Host")).orElse("");
        String scheme = Optional.ofNullable(request.scheme()).orElse("http");
        return WrongAddress.of(scheme, host, url)
                .map(wrong -> new Answered(
                        pages.html(Reason.WRONG_ADDRESS.status(), "wrong-address", pages.visit(call), wrong),
                        Reason.WRONG_ADDRESS));
    }

    private static Call call(HttpServerRequest request, Exchange exchange, Buffer body) {
        String query = Optional.ofNullable(request.query()).orElse("");
        return new Call(
                request.method().name(),
                request.path(),
                query,
                request.headers(),
                body,
                exchange.clientAddress,
                exchange.requestId);
    }

    private Future<Answered> answered(Call call) {
        try {
            return found(call)
                    .transform(done -> Future.succeededFuture(
                            done.succeeded() ? new Answered(done.result(), null) : refused(call, done.cause())));
        } catch (RuntimeException thrown) {
            return Future.succeededFuture(refused(call, thrown));
        }
    }

    private Future<Reply> found(Call call) {
        Map<String, Address> methods = addressesAt(call.path());
        if (methods.isEmpty()) throw Reason.NO_ROUTE.because("nothing is at this address");
        String method = call.method().equals("HEAD") ? "GET" : call.method();
        Address address = methods.get(method);
        if (address == null && method.equals("OPTIONS") && forEveryOrigin(methods))
            return Future.succeededFuture(preflight(methods));
        if (address == null && Cors.isPreflight(method, call.headers())) {
            Optional<Reply> yes = cors(methods, call).preflight(call.headers(), methods.keySet());
            if (yes.isPresent()) return Future.succeededFuture(yes.get());
            throw Reason.ORIGIN_NOT_ALLOWED.because("Pages of this origin may not ask here.");
        }
        if (address == null) throw Reason.METHOD_NOT_ALLOWED.because("this address takes " + allow(methods));
        address.takes().check(call);
        return address.endpoint().answer(call).map(reply -> readable(methods, call, reply));
    }

    /** With what scripts of the caller's origin need to read the answer, where they may. */
    private static Reply readable(Map<String, Address> methods, Call call, Reply reply) {
        if (forEveryOrigin(methods)) return reply.with("Access-Control-Allow-Origin", "*");
        Reply open = reply;
        for (var field : cors(methods, call).fields(origin(call))) open = open.with(field.getKey(), field.getValue());
        return open == reply ? reply : open.with("Vary", "Origin");
    }

    private static Cors cors(Map<String, Address> methods, Call call) {
        String origin = origin(call);
        boolean allowed = !origin.isEmpty()
                && methods.values().stream()
                        .anyMatch(address -> address.origins().test(origin));
        return allowed ? new Cors(Set.of(origin)) : Cors.OFF;
    }

    private static String origin(Call call) {
        return Optional.ofNullable(call.headers().get("Origin")).orElse("");
    }

    private Map<String, Address> addressesAt(String path) {
        var found = exact.get(path);
        if (found != null) return found;
        int slash = path.lastIndexOf('/');
        boolean named = slash >= 0 && slash < path.length() - 1;
        return named ? stems.getOrDefault(path.substring(0, slash + 1), Map.of()) : Map.of();
    }

    private static boolean forEveryOrigin(Map<String, Address> methods) {
        return methods.values().stream().anyMatch(Address::forEveryOrigin);
    }

    /** The fetch standard's preflight for what everybody may read (Fetch §4.8). */
    private static Reply preflight(Map<String, Address> methods) {
        return Reply.empty(204)
                .with("Access-Control-Allow-Origin", "*")
                .with("Access-Control-Allow-Methods", allow(methods))
                .with("Access-Control-Allow-Headers", "*")
                .with("Access-Control-Max-Age", "7200");
    }

    private static String allow(Map<String, Address> methods) {
        return methods.keySet().stream()
                .map(method -> method.equals("GET") ? "GET, HEAD" : method)
                .collect(Collectors.joining(", "));
    }

    private Answered refused(Call call, Throwable cause) {
        Refusal refusal = cause instanceof Refusal known ? known : bug(call, cause);
        var methods = addressesAt(call.path());
        ErrorForm form =
                methods.values().stream().findFirst().map(Address::errors).orElse(ErrorForm.PROBLEM);
        Reply reply = form.of(refusal, call, url, pages);
        if (refusal.problem() == Reason.METHOD_NOT_ALLOWED) reply = reply.with("Allow", allow(methods));
        if (refusal.retryAfter().isPresent())
            reply = reply.with("Retry-After", seconds(refusal.retryAfter().get()));
        for (var field : refusal.fields().entrySet()) reply = reply.with(field.getKey(), field.getValue());
        return new Answered(readable(methods, call, reply), refusal.problem());
    }

    private static Refusal bug(Call call, Throwable cause) {
        LOG.error("{} {} failed, request {}", call.method(), call.path(), call.requestId(), cause);
        return Reason.INTERNAL.because("The operator finds out more under this request id.");
    }

    /** Whole seconds, rounded up: asking again after them is not too early. */
    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000));
    }

    /** What every answer of ours carries unless it says otherwise itself. */
    private Reply inOurDress(Reply reply) {
        var fields = new ArrayList<>(reply.headers());
        for (var field : dress) if (reply.header(field.getKey()).isEmpty()) fields.add(field);
        return new Reply(reply.status(), fields, reply.body());
    }

    private static List<Map.Entry<String, String>> dress(String url) {
        var fields = new ArrayList<>(SecurityHeaders.forData(url));
        fields.add(Map.entry("Cache-Control", "no-store"));
        return List.copyOf(fields);
    }

    private static void send(RoutingContext context, Reply reply) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) return;
        response.setStatusCode(reply.status());
        response.putHeader("X-Request-Id", Exchange.of(context).requestId);
        for (var field : reply.headers()) response.headers().add(field.getKey(), field.getValue());
        boolean unread = !request.isEnded();
        boolean stream = request.version() == HttpVersion.HTTP_2;
        if (unread && !stream) response.putHeader("Connection", "close");
        if (reply.status() != 204 && reply.status() != 304)
            response.putHeader("Content-Length", Integer.toString(reply.body().length()));
        boolean bodiless =
                request.method().name().equals("HEAD") || reply.body().length() == 0;
        (bodiless ? response.end() : response.end(reply.body())).onSuccess(sent -> {
            if (unread && stream) response.reset(NOTHING_WRONG);
            else if (unread)
                context.vertx().setTimer(LINGER.toMillis(), late -> request.connection()
                        .close());
        });
    }
}
