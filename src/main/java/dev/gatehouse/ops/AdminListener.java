package dev.gatehouse.ops;

import dev.gatehouse.config.Config;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.Endpoints;
import dev.gatehouse.web.Exchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The listener for the people who run the house: few connections, small requests, nothing cached, no header believed. */
public final class AdminListener {
    static final int CONNECTIONS = 256;
    static final int HEADER_BYTES = 8 * 1024;
    static final int URI_BYTES = 2 * 1024;
    private static final int IDLE_SECONDS = 30;
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

    private final HttpServer server;
    private final AtomicInteger connections = new AtomicInteger();

    private AdminListener(Vertx vertx, Endpoints endpoints) {
        var router = Router.router(vertx);
        router.route().handler(AdminListener::begin).handler(endpoints);
        server =
                vertx.createHttpServer(options()).connectionHandler(this::admit).requestHandler(router);
    }

    /** {@code url} is where problems are explained. Fails with an {@link java.io.IOException} when the port is taken. */
    public static Future<AdminListener> open(Vertx vertx, Config.Listen at, String url, List<Address> addresses) {
        var listener = new AdminListener(vertx, new Endpoints(url, BODY_TIMEOUT, addresses));
        return listener.server.listen(at.port(), at.host().orElse("0.0.0.0")).map(listener);
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
                .setCompressionSupported(false);
    }

    private void admit(HttpConnection connection) {
        connection.closeHandler(gone -> connections.decrementAndGet());
        if (connections.incrementAndGet() > CONNECTIONS) connection.close();
    }

    private static void begin(RoutingContext context) {
        new Exchange(requestId(), InetAddress.getLoopbackAddress(), System.nanoTime()).attachTo(context);
        context.next();
    }

    private static String requestId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
