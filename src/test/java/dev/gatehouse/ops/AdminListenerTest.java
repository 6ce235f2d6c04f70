package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Config;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminListenerTest {
    private final Vertx vertx = Vertx.vertx();
    private final Health health = new Health();
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminListener listener;

    @BeforeEach
    void open() {
        listener = AdminListener.open(vertx, local(0), "http://localhost:8080", HealthEndpoint.addresses(health))
                .await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void ready_turns_with_the_house() throws Exception {
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        health.started();
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).startsWith("{\"status\":\"up\"");
        health.drain();
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void head_answers_as_get_without_a_body() throws Exception {
        var head = ask("HEAD", "/health/live", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length"))
                .hasValueSatisfying(length -> assertThat(length).isNotEqualTo("0"));
    }

    @Test
    void an_unknown_path_is_a_problem() throws Exception {
        var answer = get("/health");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"reason\":\"no_route\"", "http://localhost:8080/_gate/problems/no_route");
    }

    @Test
    void another_method_is_405_and_says_which_are_taken() throws Exception {
        var answer = ask("POST", "/health/ready", "{}");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void nothing_is_cached_or_sniffed_and_every_answer_has_an_id() throws Exception {
        var headers = get("/health/live").headers();
        assertThat(headers.firstValue("cache-control")).hasValue("no-store");
        assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(headers.firstValue("x-request-id")).isPresent();
    }

    @Test
    void a_head_one_byte_too_large_is_refused() throws Exception {
        assertThat(raw("GET /" + "a".repeat(AdminListener.URI_BYTES) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .contains(" 414 ");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: a\r\nA: " + "a".repeat(AdminListener.HEADER_BYTES)
                        + "\r\n\r\n"))
                .contains(" 431 ");
    }

    @Test
    void a_taken_port_fails_the_opening() throws Exception {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var opening = AdminListener.open(
                    vertx, local(taken.getLocalPort()), "http://localhost", HealthEndpoint.addresses(health));
            opening.transform(done -> io.vertx.core.Future.succeededFuture()).await();
            assertThat(opening.cause()).isInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void shutdown_lets_go_of_callers_that_ask_nothing() throws Exception {
        try (var idle = new Socket("127.0.0.1", listener.port())) {
            idle.setSoTimeout(10_000);
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            listener.shutdown(Duration.ofMillis(100)).await();
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static Config.Listen local(int port) {
        return new Config.Listen(Optional.of("127.0.0.1"), port);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return ask("GET", path, "");
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var buffer = new byte[64];
            int read = socket.getInputStream().read(buffer);
            return new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        }
    }
}
