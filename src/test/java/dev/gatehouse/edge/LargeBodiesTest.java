package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.WriteStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies much larger than anything that may pile up. {@code -Dgatehouse.body=1073741824} makes them a GiB (src/bench/edge/bodies). */
@ExtendWith(QuietVertx.class)
final class LargeBodiesTest {
    private static final long LENGTH = Long.getLong("gatehouse.body", 128L << 20);
    /** Sockets, windows and queues on the whole way; a gate that collects would hold all of {@link #LENGTH}. */
    private static final long UNDER_WAY = 64L << 20;

    private static final Buffer PIECE = Buffer.buffer(new byte[16 * 1024]);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static <T> T now(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private TestGate before(HttpVersion version, CompletableFuture<HttpServerRequest> asked) throws Exception {
        HttpServer api = now(vertx.createHttpServer()
                .requestHandler(request -> asked.complete(request.pause()))
                .listen(0, "127.0.0.1"));
        String scheme = version == HttpVersion.HTTP_2 ? "h2c" : "http";
        return TestGate.plan()
                .door(new DoorSettings(List.of(), new DoorSettings.Http2(true)))
                .route("ANY /**: public", URI.create(scheme + "://127.0.0.1:" + api.actualPort()))
                .open();
    }

    private HttpClientRequest request(HttpVersion version, TestGate gate, HttpMethod method) throws Exception {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
        return now(client.request(method, gate.port(), "127.0.0.1", "/a"));
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    @DisplayName("up: an API that takes its time holds back the caller, and gets every byte")
    void up(HttpVersion version) throws Exception {
        var asked = new CompletableFuture<HttpServerRequest>();
        try (TestGate gate = before(version, asked)) {
            HttpClientRequest request = request(version, gate, HttpMethod.PUT);
            request.putHeader("content-length", Long.toString(LENGTH));
            var sent = new AtomicLong();
            pour(request, sent);
            HttpServerRequest taking = asked.get(20, TimeUnit.SECONDS);
            Eventually.isStill(sent);
            assertThat(sent.get()).as("while the API takes nothing").isLessThan(UNDER_WAY);
            var taken = new AtomicLong();
            taking.handler(piece -> taken.addAndGet(piece.length()));
            taking.endHandler(all -> taking.response().end("ok"));
            taking.resume();
            HttpClientResponse answer =
                    request.response().toCompletionStage().toCompletableFuture().get(10, TimeUnit.MINUTES);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(taken).hasValue(LENGTH);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    @DisplayName("down: a caller who takes their time holds back the API, and gets every byte")
    void down(HttpVersion version) throws Exception {
        var asked = new CompletableFuture<HttpServerRequest>();
        try (TestGate gate = before(version, asked)) {
            HttpClientRequest request = request(version, gate, HttpMethod.GET);
            var held = request.send().map(HttpClientResponse::pause);
            HttpServerRequest asking = asked.get(20, TimeUnit.SECONDS);
            asking.response().putHeader("content-length", Long.toString(LENGTH));
            var sent = new AtomicLong();
            vertx.runOnContext(start -> pour(asking.response(), sent));
            HttpClientResponse answer = now(held);
            Eventually.isStill(sent);
            assertThat(sent.get()).as("while the caller takes nothing").isLessThan(UNDER_WAY);
            var taken = new AtomicLong();
            answer.handler(piece -> taken.addAndGet(piece.length()));
            answer.resume();
            await().atMost(Duration.ofMinutes(10)).until(() -> taken.get() == LENGTH);
        }
    }

    /** All of it, as fast as it is taken; {@code sent} is what has left for the network. */
    private static void pour(WriteStream<Buffer> into, AtomicLong sent) {
        var made = new AtomicLong();
        Runnable more = () -> {
            while (made.get() < LENGTH && !into.writeQueueFull()) {
                made.addAndGet(PIECE.length());
                var written = made.get() == LENGTH ? into.end(PIECE.copy()) : into.write(PIECE.copy());
                written.onSuccess(gone -> sent.addAndGet(PIECE.length()));
            }
        };
        into.drainHandler(drained -> more.run());
        more.run();
    }
}
