package dev.gatehouse.ops;

import dev.gatehouse.config.Config;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener for the people who run the house. It reads no body, believes no header, and lets nothing be cached. */
public final class AdminListener {
    static final int CONNECTIONS = 256;
    static final int HEADER_BYTES = 8 * 1024;
    static final int URI_BYTES = 2 * 1024;
    private static final int IDLE_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(AdminListener.class);

    private final HttpServer server;
    private final Endpoint endpoint;
    private final AtomicInteger connections = new AtomicInteger();

    private AdminListener(Vertx vertx, Endpoint endpoint) {
        this.server = vertx.createHttpServer(options());
        this.endpoint = endpoint;
    }

    /** Fails with the {@link java.net.BindException} when the port is taken. */
    public static Future<AdminListener> open(Vertx vertx, Config.Listen at, Endpoint endpoint) {
        var listener = new AdminListener(vertx, endpoint);
        return listener.server
                .connectionHandler(listener::admit)
                .requestHandler(listener::answer)
                .listen(at.port(), at.host().orElse("0.0.0.0"))
                .map(listener);
    }

    /** The port it got, which matters when any free one was asked for. */
    public int port() {
        return server.actualPort();
    }

    /** Takes no more connections; what is being answered may end within the grace. */
    public Future<Void> shutdown(Duration grace) {
        return server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxInitialLineLength(URI_BYTES)
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false);
    }

    private void admit(HttpConnection connection) {
        connection.closeHandler(gone -> connections.decrementAndGet());
        if (connections.incrementAndGet() > CONNECTIONS) connection.close();
    }

    private void answer(HttpServerRequest request) {
        var call = call(request);
        Future.<Reply>future(promise -> endpoint.answer(call).onComplete(promise))
                .recover(failure -> Future.succeededFuture(problem(failure, call)))
                .onSuccess(reply -> send(request, call, reply));
    }

    private static Call call(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        String query = request.query() == null ? "" : request.query();
        return new Call(
                request.method().name(),
                path,
                query,
                request.headers(),
                Buffer.buffer(),
                InetAddress.getLoopbackAddress(),
                id());
    }

    private static String id() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static Reply problem(Throwable failure, Call call) {
        if (failure instanceof Refusal refusal) return problem(refusal, call);
        LOG.error("{} {} failed, request {}", call.method(), call.path(), call.requestId(), failure);
        return problem(Reason.INTERNAL.because("see the log under this request id"), call);
    }

    private static Reply problem(Refusal refusal, Call call) {
        var problem = refusal.problem();
        return Reply.json(
                        problem.status(),
                        new JsonObject()
                                .put("title", problem.title())
                                .put("status", problem.status())
                                .put("detail", refusal.detail())
                                .put("reason", problem.code())
                                .put("request_id", call.requestId()))
                .with("Content-Type", "application/problem+json");
    }

    private static void send(HttpServerRequest request, Call call, Reply reply) {
        var response = request.response().setStatusCode(reply.status());
        reply.headers().forEach(field -> response.putHeader(field.getKey(), field.getValue()));
        response.putHeader("X-Request-Id", call.requestId())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (reply.status() == 405) response.putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        if (hasBody(request)) response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(
                            HttpHeaders.CONTENT_LENGTH,
                            String.valueOf(reply.body().length()))
                    .end();
        } else {
            response.end(reply.body());
        }
    }

    /** We never read one: after such a request the connection's state is not ours to know. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }
}
