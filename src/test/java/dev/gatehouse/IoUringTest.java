package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where the system has it. */
final class IoUringTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    Path folder;

    @BeforeAll
    static void here() {
        var tried = IoUring.tried();
        assumeTrue(tried.available(), () -> "io_uring: " + tried.unavailabilityCause());
    }

    @Test
    void a_house_by_io_uring_reaches_its_database_by_a_unix_socket_and_its_apis() throws Exception {
        try (var api = Backend.named("api");
                var log = LogLines.of("dev.gatehouse.EventLoops");
                var gate = Gate.open(
                        DATABASE,
                        "transport: io_uring\napis: {a: {path: /a, upstream: \"" + api.url()
                                + "\", routes: {\"ANY /**\": public}}}\n")) {
            assertThat(log.lines()).anyMatch(line -> line.endsWith("connections are waited for by io_uring"));
            assertThat(gate.get("/oauth/jwks").statusCode()).isEqualTo(200);
            assertThat(gate.get("/a/b").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void servers_and_clients_meet_at_a_unix_socket_and_one_that_is_not_there_is_told() throws Exception {
        Vertx vertx = EventLoops.open(1, DoorSettings.Transport.IO_URING);
        try {
            var socket = SocketAddress.domainSocketAddress(folder.resolve("s").toString());
            vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("here"))
                    .listen(socket)
                    .await();
            assertThat(asked(vertx, socket)).isEqualTo("here");
            assertThat(vertx.createHttpClient()
                            .request(new RequestOptions()
                                    .setServer(SocketAddress.domainSocketAddress(
                                            folder.resolve("no").toString())))
                            .transform(done -> io.vertx.core.Future.succeededFuture(done.cause()))
                            .await())
                    .isInstanceOf(FileNotFoundException.class);
        } finally {
            vertx.close().await();
        }
    }

    private static String asked(Vertx vertx, SocketAddress socket) {
        return vertx.createHttpClient()
                .request(new RequestOptions().setServer(socket).setURI("/"))
                .compose(request -> request.send())
                .compose(HttpClientResponse::body)
                .await()
                .toString();
    }
}
