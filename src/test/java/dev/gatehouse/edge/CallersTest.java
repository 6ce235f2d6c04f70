package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.BlockedThreads;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BlockedThreads.class)
final class CallersTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: g\r\n\r\n";

    @Test
    void one_too_many_is_closed_and_the_place_of_one_who_left_is_free() throws Exception {
        Vertx vertx = Vertx.vertx();
        var callers = new Callers(
                new Deadlines(vertx), () -> TestGate.LIMITS, late -> new byte[0], (head, caller) -> null, 2);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .connectionHandler(callers::accept)
                .requestHandler(request -> request.response().end("ok"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        try (Wire first = new Wire(server.actualPort())) {
            assertThat(first.send(GET).answer()).endsWith("ok");
            try (Wire second = new Wire(server.actualPort())) {
                assertThat(second.send(GET).answer()).endsWith("ok");
                try (Wire third = new Wire(server.actualPort())) {
                    assertThat(third.rest()).isEmpty();
                }
                second.send("GET / HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
                        .rest();
            }
            await().ignoreExceptions().until(() -> isTaken(server.actualPort()));
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private static boolean isTaken(int port) {
        try (Wire wire = new Wire(port)) {
            return wire.send(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
                    .rest()
                    .endsWith("ok");
        }
    }
}
