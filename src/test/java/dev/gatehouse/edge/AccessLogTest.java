package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Exchange;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(QuietVertx.class)
@DisplayName("ED13 the access log")
final class AccessLogTest {
    private static List<JsonObject> lines(String log) {
        return log.lines().map(JsonObject::new).toList();
    }

    @Test
    void every_request_is_one_line_with_reason_and_rule() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("GET /a/{id}: scope data:read", upstream.origin())
                        .route("DELETE /a/{id}: role support", upstream.origin())
                        .open()) {
            gate.call("GET /a/1?token=hidden HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n\n");
            gate.call("DELETE /a/1 HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n\n");
            gate.call("GET /a/1 HTTP/1.1\nHost: g\n\n");
            gate.call("GET /nowhere HTTP/1.1\nHost: g\n\n");
            gate.call("GET /login HTTP/1.1\nHost: g\n\n");
            gate.call("GET /a%2f HTTP/1.1\nHost: g\n\n");
            gate.call("nonsense\n\n");

            List<JsonObject> lines = lines(gate.closedLog());

            assertThat(lines).hasSize(7).allSatisfy(line -> {
                assertThat(line.getString("event")).isEqualTo("request");
                assertThat(line.getString("ts")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
                assertThat(line.getString("req")).hasSize(26);
                assertThat(line.getString("ip")).isEqualTo("127.0.0.1");
                assertThat(line.getDouble("gate_ms")).isNotNegative();
            });
            JsonObject allowed = lines.get(0);
            assertThat(allowed.getString("method")).isEqualTo("GET");
            assertThat(allowed.getString("path")).isEqualTo("/a/1");
            assertThat(allowed.getString("route")).isEqualTo("/a/{id}");
            assertThat(allowed.getString("rule")).isEqualTo("gatehouse.yaml:1");
            assertThat(allowed.getString("verdict")).isEqualTo("allow");
            assertThat(allowed.getString("user")).isEqualTo("u_1");
            assertThat(allowed.getString("name")).isEqualTo("name-of-u_1");
            assertThat(allowed.getString("app")).isEqualTo("gatehouse");
            assertThat(allowed.getInteger("status")).isEqualTo(200);
            assertThat(allowed.getInteger("bytes")).isEqualTo(2);
            assertThat(allowed.getString("trace_id")).hasSize(32);
            assertThat(allowed.getDouble("upstream_ms")).isNotNull();
            JsonObject denied = lines.get(1);
            assertThat(denied.getString("verdict")).isEqualTo("deny");
            assertThat(denied.getString("reason")).isEqualTo("role_missing");
            assertThat(denied.getString("rule")).isEqualTo("gatehouse.yaml:2");
            assertThat(denied.getValue("upstream_ms")).isNull();
            assertThat(lines.stream().map(line -> line.getString("reason")))
                    .containsExactly(
                            null,
                            "role_missing",
                            "login_required",
                            "no_route",
                            null,
                            "ambiguous_request",
                            "bad_request");
        }
    }

    @Test
    void no_secret_and_no_control_byte_gets_into_it() throws Exception {
        try (var upstream = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nSet-Cookie: theme=upstream-secret\r\nContent-Length: 2\r\n\r\nok");
                var gate = TestGate.plan()
                        .trusting("127.0.0.0/8")
                        .route("ANY /**: public", upstream.origin())
                        .route("GET /in: login", upstream.origin())
                        .open()) {
            String token = gate.tokens.minted("u_1");
            gate.call("GET /in?access_token=query-secret HTTP/1.1\nHost: g\nAuthorization: Bearer " + token
                    + "\nCookie: gh=cookie-secret\n\n");
            gate.call("GET /in HTTP/1.1\nHost: g\nAuthorization: Bearer " + token + "x\n\n");
            gate.call(
                    "POST /x HTTP/1.1\nHost: g\nX-Request-Id: evil\"}\nX-Forwarded-For: a\u001b[31mb\nContent-Length: 15\n\npassword-secret");
            gate.call("GET /%0d%0aevil%1b HTTP/1.1\nHost: g\n\n");
            gate.call("GET /a\u001bsecret HTTP/1.1\nHost: g\n\n");

            String log = gate.closedLog();

            assertThat(lines(log)).hasSize(5);
            assertThat(log)
                    .doesNotContain("secret", token, token.substring(token.lastIndexOf('.')), "evil\"")
                    .matches("[\\x20-\\x7e\\n]*");
        }
    }

    @Test
    void an_api_in_trouble_is_explained_here_and_nowhere_else() throws Exception {
        try (var gate = TestGate.plan()
                .route("ANY /**: public", URI.create("http://127.0.0.1:1"))
                .open()) {
            gate.call("GET /a HTTP/1.1\nHost: g\n\n");

            JsonObject line = lines(gate.closedLog()).get(0);
            assertThat(line.getString("verdict")).isEqualTo("error");
            assertThat(line.getString("reason")).isEqualTo("upstream_unreachable");
            assertThat(line.getString("cause")).contains("refused");
        }
    }

    @Test
    void a_caller_who_leaves_is_told_apart() throws Exception {
        var asked = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    asked.countDown();
                    if (peer.isLeft()) left.countDown();
                });
                var gate = TestGate.before(upstream)) {
            try (Wire wire = gate.call()) {
                wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n");
                assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lines(gate.closedLog())).singleElement().satisfies(line -> {
                assertThat(line.getString("verdict")).isEqualTo("left");
                assertThat(line.getInteger("status")).isZero();
            });
        }
    }

    /** The caller has half of the answer. */
    private static final Semaphore READ = new Semaphore(0);

    private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf";

    @BeforeEach
    void nobodyHasRead() {
        READ.drainPermits();
    }

    static Stream<Arguments> early() {
        UnaryOperator<UpstreamPlan> usual = plan -> plan;
        RawUpstream.Script silent = peer -> {
            peer.request();
            peer.send(HALF).isLeft();
        };
        RawUpstream.Script reset = peer -> {
            peer.request();
            peer.send(HALF);
            READ.acquireUninterruptibly();
            peer.reset();
        };
        RawUpstream.Script end = peer -> {
            peer.request();
            peer.send(HALF);
            READ.acquireUninterruptibly();
        };
        RawUpstream.Script nonsense = peer -> {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            READ.acquireUninterruptibly();
            peer.send("xyz\r\n").isLeft();
        };
        UnaryOperator<UpstreamPlan> impatient = plan -> plan.idleTimeout(Duration.ofMillis(300));
        UnaryOperator<UpstreamPlan> bounded = plan -> plan.totalTimeout(Duration.ofMillis(300));
        return Stream.of(
                Arguments.of("silence", silent, impatient, "upstream_timeout", "fell silent"),
                Arguments.of("the deadline", silent, bounded, "upstream_timeout", "in all"),
                Arguments.of("its end", end, usual, "upstream_failed", "closed"),
                Arguments.of("a reset", reset, usual, "upstream_failed", "reset"),
                Arguments.of("nonsense", nonsense, usual, "upstream_failed", "chunk"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("early")
    void why_an_answer_ended_before_its_end_is_told(
            String what, RawUpstream.Script api, UnaryOperator<UpstreamPlan> plan, String reason, String cause)
            throws Exception {
        try (var upstream = new RawUpstream(api);
                var gate = TestGate.plan()
                        .door(Http2RequestsTest.H2C)
                        .route(
                                "ANY /**: public",
                                plan.apply(UpstreamPlan.of(upstream.origin())).upstream())
                        .open()) {
            try (Wire wire = gate.call()) {
                wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").upTo("half");
                READ.release();
                assertThat(wire.rest()).isBlank();
            }
            try (var wire = Wire2.to(gate.port())) {
                wire.get(1, "/a").next(Wire2.DATA, 1);
                READ.release();
                assertThat(wire.outcome(1)).isEqualTo("reset 2");
            }
            assertThat(lines(gate.closedLog())).hasSize(2).allSatisfy(line -> {
                assertThat(line.getInteger("status")).isEqualTo(200);
                assertThat(line.getString("verdict")).isEqualTo("error");
                assertThat(line.getString("reason")).isEqualTo(reason);
                assertThat(line.getString("cause")).containsIgnoringCase(cause);
            });
        }
    }

    @Test
    void a_head_that_never_ends_is_logged_too() throws Exception {
        try (var gate =
                TestGate.plan().limits(Limits.slowHead(Duration.ofMillis(200))).open()) {
            try (Wire wire = gate.call()) {
                wire.send("GET / HTTP/1.1\r\n").rest();
            }
            assertThat(lines(gate.closedLog())).singleElement().satisfies(line -> assertThat(line.getString("reason"))
                    .isEqualTo("request_timeout"));
        }
    }

    @Test
    void people_get_a_line_they_can_read() throws Exception {
        var out = new ByteArrayOutputStream();
        Vertx vertx = Vertx.vertx();
        try (AccessLog log = AccessLog.to(out, true)) {
            var exchange = new Exchange("01JD4Q8ZABCDEFGHJKMNPQRSTV", InetAddress.getLoopbackAddress(), 0);
            exchange.route = "/api/orders/{id}";
            exchange.rule = "gatehouse.yaml:44";
            exchange.reason = Reason.ROLE_MISSING;
            exchange.subject = "u_7";
            exchange.username = "alice";
            exchange.client = "web-shop";
            var lines = log.lines(vertx);
            lines.add(new LogLine.Told(
                    exchange, 1_700_000_000_123L, 400_000, "DELETE", "/api/orders/42", 403, 0, null, null, false));
            lines.flush();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(out)
                .hasToString(
                        "22:13:20 DENY 403 DELETE /api/orders/42  alice via web-shop  role_missing (gatehouse.yaml:44)  0.4 ms  01JD4Q8ZABCDEFGHJKMNPQRSTV\n");
    }

    /** A pipe that nobody reads until somebody does. */
    private static final class Stuck extends OutputStream {
        private final CountDownLatch open = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int octet) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] octets, int from, int count) throws IOException {
            try {
                open.await();
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
            written.write(octets, from, count);
        }
    }

    @Test
    void a_log_that_cannot_be_written_drops_lines_and_counts_them() throws Exception {
        var stuck = new Stuck();
        Vertx vertx = Vertx.vertx();
        AccessLog log = AccessLog.to(stuck, false);
        var lines = log.lines(vertx);
        var exchange = new Exchange("0".repeat(26), InetAddress.getLoopbackAddress(), 0);
        var told = new LogLine.Told(exchange, 0, 0, "GET", "/" + "a".repeat(400), 200, 0, null, null, false);
        int count = 40_000;
        var added = new CountDownLatch(1);
        vertx.runOnContext(onItsLoop -> {
            for (int i = 0; i < count; i++) lines.add(told);
            lines.flush();
            added.countDown();
        });
        assertThat(added.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(log.dropped()).isPositive().isLessThan(count);
        stuck.open.countDown();
        log.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);

        List<JsonObject> written = lines(stuck.written.toString(StandardCharsets.US_ASCII));
        long requests = written.stream()
                .filter(line -> line.getString("event").equals("request"))
                .count();
        assertThat(requests + log.dropped()).isEqualTo(count);
        assertThat(written).anySatisfy(line -> assertThat(line.getLong("lines")).isEqualTo(log.dropped()));
    }
}
