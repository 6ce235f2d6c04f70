package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens the public port on its event loop, and nothing else. Deployed once per core; all instances share the port. */
public final class GatewayVerticle extends VerticleBase {
    private static final int BACKLOG = 1024;
    private static final int CHUNK_BYTES = 16 * 1024;
    /** What a request line holds besides the address: method, spaces, version. */
    private static final int BESIDE_URI = 64;
    /** Requests that one connection of HTTP/2 may have under way. */
    static final int STREAMS = 100;
    /** What its bodies together may be ahead of those who take them; one that is not taken does not hold up the others. */
    private static final int CONNECTION_WINDOW = 1 << 20;
    /** Streams that are given up, by the caller or because the caller made us (CVE-2023-44487, CVE-2025-8671). */
    static final int RESETS = 200;

    private static final int RESETS_WITHIN_SECONDS = 30;
    /** Pieces of one head that hold next to nothing (CVE-2026-33871). */
    private static final int SMALL_CONTINUATIONS = 16;
    /** How long before the end of the grace those who will not end by themselves are told so. */
    static final Duration GOODBYE = Duration.ofSeconds(1);
    /** Any free port, the same for all instances. */
    private static final int ANY_SHARED_PORT = -1;

    private final EdgeParts parts;
    private @Nullable HttpServer server;
    private @Nullable EdgeSteps steps;
    private AccessLog.@Nullable Lines log;

    public GatewayVerticle(EdgeParts parts) {
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        var deadlines = new Deadlines(vertx);
        var turn = new Turn(new Rounds(((ContextInternal) context).nettyEventLoop()));
        var lines = parts.log().lines(vertx);
        var house = parts.house().apply(vertx);
        var work = new EdgeSteps(vertx, parts, house, lines, deadlines, turn);
        var ready = new ReadyAnswers(house::document, parts, lines);
        var unreadable = new UnreadableHeads(parts, lines);
        var fromTheHead = new Shedding(turn, new BusyAnswers(parts, lines), ready);
        log = lines;
        steps = work;
        var callers =
                new Callers(deadlines, parts.snapshot(), unreadable::late, fromTheHead, parts.crowd(), parts.leaving());
        UnaryOperator<HttpServer> furnished = some -> some.connectionHandler(callers::accept)
                .invalidRequestHandler(unreadable)
                .requestHandler(work.router());
        server = opened(furnished, callers);
        return server.listen();
    }

    private HttpServer opened(UnaryOperator<HttpServer> furnished, Callers callers) {
        HttpServerOptions options = options();
        if (options.isSsl())
            return furnished.apply(new TlsDoor(vertx, parts.crowd(), parts.snapshot()).server(options));
        return options.isHttp2ClearTextEnabled()
                ? new ClearDoor(vertx, callers).server(options, furnished)
                : furnished.apply(vertx.createHttpServer(options));
    }

    private HttpServerOptions options() {
        LimitSettings limits = parts.snapshot().get().limits();
        int port = parts.listen().port();
        EdgeSnapshot now = parts.snapshot().get();
        var options = new HttpServerOptions()
                .setHost(parts.listen().host().orElse("0.0.0.0"))
                .setPort(port == 0 ? ANY_SHARED_PORT : port)
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true)
                // Nobody but the event loop answers; without it each connection has a queue of 4 KiB for others.
                .setStrictThreadMode(true)
                .setIdleTimeout((int) limits.headerTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(limits.headerSize())
                .setMaxInitialLineLength(limits.uriSize() + BESIDE_URI)
                .setMaxChunkSize(CHUNK_BYTES)
                .setHandle100ContinueAutomatically(false)
                .setHttp2ClearTextEnabled(now.http2InClear())
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(STREAMS).setMaxHeaderListSize(limits.headerSize()))
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
                .setHttp2RstFloodWindowDuration(RESETS_WITHIN_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setHttp2MaxSmallContinuationFrames(SMALL_CONTINUATIONS)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        if (now.certificates().isEmpty()) return options;
        long handshake = limits.headerTimeout().toMillis();
        return ShownCertificates.onto(options, () -> parts.snapshot().get().certificates(), handshake);
    }

    /** The port that was taken; useful when 0 was asked for. */
    public int port() {
        return Objects.requireNonNull(server, "started").actualPort();
    }

    /** The port closes at once; requests that are under way may finish. */
    @Override
    public Future<?> stop() {
        HttpServer open = server;
        if (open == null) return Future.succeededFuture();
        long patience = Math.max(1, parts.drain().minus(GOODBYE).toMillis());
        vertx.setTimer(
                patience, late -> Objects.requireNonNull(steps).webSockets().endAll());
        return open.shutdown(parts.drain().toMillis(), TimeUnit.MILLISECONDS)
                .eventually(() -> Objects.requireNonNull(steps).close())
                .eventually(() -> {
                    Objects.requireNonNull(log).flush();
                    return Future.succeededFuture();
                });
    }
}
