package dev.gatehouse;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** An API whose answers to GET last until its connection is told to end, a line every few milliseconds, and which counts what is sent to it; WebSockets hear their own words again. */
final class Streams implements AutoCloseable {
    private static final long BEAT_MILLIS = 10;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Queue<Short> goodbyes = new ConcurrentLinkedQueue<>();
    private volatile boolean ending;

    Streams() {
        server = vertx.createHttpServer()
                .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage)
                        .closeHandler(closed -> goodbyes.add(socket.closeStatusCode())))
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** With which code each WebSocket that is over was closed. */
    List<Short> goodbyes() {
        return List.copyOf(goodbyes);
    }

    /** Every stream ends whole. */
    void end() {
        ending = true;
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/stream/down" -> down(request);
            case "/stream/up" -> up(request);
            default -> request.response().end("ready");
        }
    }

    private void down(HttpServerRequest request) {
        request.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        vertx.setPeriodic(BEAT_MILLIS, timer -> {
            boolean over = ending || request.response().closed();
            if (over) vertx.cancelTimer(timer);
            if (request.response().closed()) return;
            if (over) request.response().end("data: end\n\n");
            else request.response().write("data: beat\n\n");
        });
    }

    private static void up(HttpServerRequest request) {
        var received = new AtomicLong();
        request.handler(chunk -> received.addAndGet(chunk.length()));
        request.endHandler(all -> request.response().end("received " + received));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
