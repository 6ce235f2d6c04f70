package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Over the wire: raw bytes in, raw bytes out. */
final class EndpointsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final LinkedBlockingQueue<String> REASONS = new LinkedBlockingQueue<>();
    private static final Endpoints ENDPOINTS = new Endpoints(
            "http://localhost:8080",
            Duration.ofSeconds(2),
            List.of(
                    Address.post(
                            "/echo",
                            Takes.JSON,
                            call -> Future.succeededFuture(Reply.json(
                                    200,
                                    new JsonObject()
                                            .put("heard", JsonBody.of(call).text("say"))))),
                    Address.get(
                                    "/open",
                                    call -> Future.succeededFuture(Reply.json(200, new JsonObject().put("open", true))))
                            .openToEveryOrigin(),
                    Address.get(
                            "/things/{name}",
                            call -> Future.succeededFuture(Reply.json(200, new JsonObject().put("path", call.path())))),
                    Address.post("/nothing", Takes.NOTHING, call -> Future.succeededFuture(Reply.empty(204))),
                    Address.post("/busy", Takes.NOTHING, call -> {
                        throw Reason.BUSY.because("later").retryAfter(Duration.ofMillis(1200));
                    }),
                    Address.post("/broken", Takes.NOTHING, call -> {
                        throw new IllegalStateException("a secret of the inside");
                    }),
                    Address.post("/oauth", Takes.FORM, call -> {
                                throw Reason.DATABASE_UNAVAILABLE.because("the \"database\" is away");
                            })
                            .sayingNo(ErrorForm.OAUTH)));
    private static HttpServer server;

    @BeforeAll
    static void open() {
        var router = Router.router(VERTX);
        router.route().handler(context -> {
            context.request().pause();
            var exchange = new Exchange("request-1", InetAddress.getLoopbackAddress(), System.nanoTime());
            exchange.attachTo(context);
            context.response().endHandler(sent -> {
                Problem reason = exchange.reason;
                REASONS.add(reason == null ? "none" : reason.code());
            });
            context.next();
        });
        router.route().handler(ENDPOINTS);
        server = VERTX.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    void a_call_is_answered_with_our_fields() throws Exception {
        assertThat(
                        ask(
                                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"say\":\"hi\"}"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("x-request-id: request-1\r\n")
                .containsIgnoringCase("cache-control: no-store\r\n")
                .containsIgnoringCase("x-content-type-options: nosniff\r\n")
                .endsWith("\r\n\r\n{\"heard\":\"hi\"}");
        assertThat(lastReason()).isEqualTo("none");
    }

    @Test
    void a_refusal_is_a_problem_and_the_access_log_learns_why() throws Exception {
        assertThat(ask("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .containsIgnoringCase("content-type: application/problem+json")
                .contains("\"type\":\"http://localhost:8080/_gate/problems/no_route\"", "\"request_id\":\"request-1\"");
        assertThat(lastReason()).isEqualTo("no_route");
        assertThat(ask("POST /busy HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("retry-after: 2\r\n");
        assertThat(lastReason()).isEqualTo("busy");
    }

    @Test
    void another_method_is_405_with_what_would_do() throws Exception {
        assertThat(ask("DELETE /open HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("allow: GET, HEAD\r\n");
        assertThat(lastReason()).isEqualTo("method_not_allowed");
    }

    @Test
    void head_is_get_without_the_body() throws Exception {
        assertThat(ask("HEAD /open HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("content-length: 13\r\n")
                .endsWith("\r\n\r\n");
        assertThat(lastReason()).isEqualTo("none");
    }

    @Test
    void what_is_open_is_open_to_every_origin_also_in_a_preflight() throws Exception {
        assertThat(ask("GET /open HTTP/1.1\r\nHost: h\r\nOrigin: https://any.example\r\n\r\n"))
                .containsIgnoringCase("access-control-allow-origin: *\r\n");
        lastReason();
        assertThat(
                        ask(
                                "OPTIONS /open HTTP/1.1\r\nHost: h\r\nOrigin: https://any.example\r\nAccess-Control-Request-Method: GET\r\n\r\n"))
                .startsWith("HTTP/1.1 204 ")
                .containsIgnoringCase("access-control-allow-origin: *\r\n");
        lastReason();
    }

    @Test
    void a_path_may_end_in_a_name_and_in_one_only() throws Exception {
        assertThat(ask("GET /things/door HTTP/1.1\r\nHost: h\r\n\r\n")).endsWith("{\"path\":\"/things/door\"}");
        lastReason();
        assertThat(ask("GET /things/ HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        lastReason();
        assertThat(ask("GET /things/a/b HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        lastReason();
        assertThat(ENDPOINTS.owns("/things/x")).isTrue();
        assertThat(ENDPOINTS.owns("/things/")).isFalse();
    }

    @Test
    void a_bug_is_500_without_a_word_about_it_and_the_log_has_the_rest() throws Exception {
        var log = (Logger) LoggerFactory.getLogger(Endpoints.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        log.setAdditive(false);
        try {
            assertThat(ask("POST /broken HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("\"reason\":\"internal\"", "\"request_id\":\"request-1\"")
                    .doesNotContain("secret", "IllegalState");
            assertThat(lastReason()).isEqualTo("internal");
            assertThat(lines.list).singleElement().satisfies(line -> {
                assertThat(line.getFormattedMessage()).contains("request-1");
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo("a secret of the inside");
            });
        } finally {
            log.detachAppender(lines);
            log.setAdditive(true);
        }
    }

    @Test
    void a_body_at_the_limit_is_read_and_one_past_it_is_413_also_in_chunks() throws Exception {
        String fits = "{\"say\":\"" + "x".repeat(Address.BODY_LIMIT - 10) + "\"}";
        assertThat(ask(post(fits))).startsWith("HTTP/1.1 200 ");
        lastReason();
        String tooLong = "{\"say\":\"" + "x".repeat(Address.BODY_LIMIT - 9) + "\"}";
        assertThat(ask(post(tooLong))).startsWith("HTTP/1.1 413 ").contains("\"reason\":\"body_too_large\"");
        lastReason();
        String chunk = "x".repeat(40_000);
        String chunked =
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + ("9c40\r\n" + chunk + "\r\n").repeat(2) + "0\r\n\r\n";
        assertThat(ask(chunked)).startsWith("HTTP/1.1 413 ");
        lastReason();
    }

    @Test
    void a_length_beyond_the_limit_is_refused_before_the_body_comes_and_the_connection_is_closed() throws Exception {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(10_000);
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
        }
        assertThat(lastReason()).isEqualTo("body_too_large");
    }

    @Test
    void a_body_that_does_not_come_is_408() throws Exception {
        assertThat(
                        ask(
                                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"say"))
                .startsWith("HTTP/1.1 408 ");
        assertThat(lastReason()).isEqualTo("request_timeout");
    }

    @Test
    void who_waits_to_be_told_to_continue_is_told() throws Exception {
        try (var socket = connect()) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            out.write(
                    "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            var in = socket.getInputStream();
            assertThat(new String(in.readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            out.write("{\"say\":\"hi\"}".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
        }
        lastReason();
    }

    @Test
    void bodies_in_a_coding_or_of_another_type_are_415() throws Exception {
        assertThat(
                        ask(
                                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 415 ");
        lastReason();
        assertThat(ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 415 ");
        lastReason();
    }

    @Test
    void oauth_addresses_speak_oauth() throws Exception {
        assertThat(
                        ask(
                                "POST /oauth HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("content-type: application/json\r\n")
                .containsIgnoringCase("cache-control: no-store\r\n")
                .endsWith("{\"error\":\"temporarily_unavailable\",\"error_description\":\"the 'database' is away\"}");
        lastReason();
    }

    @Test
    void requests_one_after_the_other_share_a_connection() throws Exception {
        String twice = post("{\"say\":\"one\"}") + post("{\"say\":\"two\"}");
        try (var socket = connect()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(twice.getBytes(StandardCharsets.UTF_8));
            var seen = new StringBuilder();
            var in = socket.getInputStream();
            while (seen.indexOf("{\"heard\":\"two\"}") < 0) seen.append((char) in.read());
            assertThat(seen.toString()).contains("{\"heard\":\"one\"}");
        }
        lastReason();
        lastReason();
    }

    @Test
    @DisplayName(
            "RFC 9113 §8.1: a body over HTTP/2 that nobody reads ends its stream with NO_ERROR after the answer, and the connection goes on")
    void an_unread_body_ends_its_stream_alone() throws Exception {
        var client = VERTX.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        var cut = new CompletableFuture<Throwable>();
        HttpClientRequest large = client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/echo")
                .await();
        large.setChunked(true)
                .putHeader("content-type", "application/json")
                .exceptionHandler(cut::complete)
                .write(Buffer.buffer(new byte[Address.BODY_LIMIT + 1]));
        var refused = large.response().await();
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.headers().contains("connection"))
                .as("RFC 9113 §8.2.2")
                .isFalse();
        assertThat(cut.get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(StreamResetException.class, reset -> assertThat(reset.getCode())
                        .isZero());
        HttpClientRequest next = client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/open")
                .await();
        assertThat(next.send().await().statusCode()).isEqualTo(200);
        assertThat(next.connection()).isSameAs(large.connection());
        client.close().await();
        assertThat(lastReason()).isEqualTo("body_too_large");
        assertThat(lastReason()).isEqualTo("none");
    }

    @Test
    void an_answer_can_be_asked_for_as_a_value() {
        var call = new Call(
                "GET",
                "/open",
                "",
                io.vertx.core.MultiMap.caseInsensitiveMultiMap(),
                io.vertx.core.buffer.Buffer.buffer(),
                InetAddress.getLoopbackAddress(),
                "r");
        assertThat(ENDPOINTS.answer(call).await().headers()).contains(Map.entry("Access-Control-Allow-Origin", "*"));
    }

    private static String post(String body) {
        return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static String lastReason() throws InterruptedException {
        return String.valueOf(REASONS.poll(20, TimeUnit.SECONDS));
    }

    /** Sends, says that nothing more comes after a whole answer was read, and gives back that answer. */
    private static String ask(String request) throws IOException {
        try (var socket = connect()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var seen = new StringBuilder();
            var in = socket.getInputStream();
            int c;
            while (!whole(seen, request.startsWith("HEAD")) && (c = in.read()) >= 0) seen.append((char) c);
            return seen.toString();
        }
    }

    private static boolean whole(StringBuilder seen, boolean head) {
        int end = seen.indexOf("\r\n\r\n");
        if (end < 0) return false;
        var length =
                java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(seen);
        return head || !length.find() || seen.length() >= end + 4 + Integer.parseInt(length.group(1));
    }

    private static Socket connect() throws IOException {
        return new Socket("127.0.0.1", server.actualPort());
    }
}
