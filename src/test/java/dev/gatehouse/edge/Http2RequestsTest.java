package dev.gatehouse.edge;

import static dev.gatehouse.edge.Wire2.CONTINUATION;
import static dev.gatehouse.edge.Wire2.END_HEADERS;
import static dev.gatehouse.edge.Wire2.END_STREAM;
import static dev.gatehouse.edge.Wire2.HEADERS;
import static dev.gatehouse.edge.Wire2.PING;
import static dev.gatehouse.edge.Wire2.RST_STREAM;
import static dev.gatehouse.edge.Wire2.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.DoorSettings;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 in clear, frame by frame, before an API that speaks HTTP/1.1. */
@ExtendWith(QuietVertx.class)
final class Http2RequestsTest {
    static final DoorSettings H2C = new DoorSettings(List.of(), new DoorSettings.Http2(true));
    private static final String PROTOCOL_ERROR = "reset 1";
    private static final String FLOOD = "/flood";

    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .door(H2C)
                .route("ANY /closed/**: login", upstream.origin())
                .route("ANY /**: public", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    @BeforeEach
    void nothingSeenYet() {
        upstream.requests.clear();
    }

    @Test
    @DisplayName("prior knowledge: a request in HTTP/2 is forwarded in HTTP/1.1 (RFC 9113 §3.3)")
    void one_request() throws Exception {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, "/a?b=c", "x-one: 1").outcome(1)).isEqualTo("200 ok");
            assertThat(upstream.received())
                    .startsWith("GET /a?b=c HTTP/1.1\r\n")
                    .containsIgnoringCase("x-one: 1\r\n")
                    .containsIgnoringCase("x-forwarded-host: g\r\n")
                    .containsIgnoringCase("via: 2.0 gatehouse\r\n")
                    .doesNotContain(":path")
                    .doesNotContainIgnoringCase("http2-settings");
            assertThat(wire.get(3, "/b").outcome(3)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("a body with and without its length goes on (RFC 9113 §8.1)")
    void bodies() throws Exception {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.post(1, "/a", "content-length: 5")
                            .data(1, "he", false)
                            .data(1, "llo", true)
                            .outcome(1))
                    .isEqualTo("200 ok");
            assertThat(upstream.received())
                    .containsIgnoringCase("content-length: 5\r\n")
                    .endsWith("\r\n\r\nhello");
            assertThat(wire.post(3, "/a").data(3, "abc", true).outcome(3)).isEqualTo("200 ok");
            assertThat(upstream.received())
                    .containsIgnoringCase("transfer-encoding: chunked\r\n")
                    .endsWith("3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    @DisplayName("crumbs of cookies are one field again (RFC 9113 §8.2.3)")
    void cookies() throws Exception {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, "/a", "cookie: a=1", "cookie: b=2").outcome(1))
                    .isEqualTo("200 ok");
            assertThat(upstream.received()).containsIgnoringCase("cookie: a=1; b=2\r\n");
        }
    }

    @Test
    @DisplayName("refusals are answers of the stream, and the connection goes on (RFC 9113 §8.1)")
    void refusals() {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, "/closed/a").outcome(1)).startsWith("401 {");
            assertThat(wire.frame(HEADERS, END_HEADERS | END_STREAM, 3, Wire2.head("CONNECT", "/a"))
                            .outcome(3))
                    .isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.get(5, "/a").outcome(5)).isEqualTo("200 ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a b",
                "/a\tb",
                "/a\u0001",
                "/a\r\nx: y",
                "/a#b",
                "http://h/a",
                "a",
                "/a\u00e9",
                "//h/a",
                "/a\\b",
                "/..%2fb"
            })
    @DisplayName("what is no path is refused before an API hears of it (RFC 9113 §8.3.1)")
    void paths(String path) {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, path).outcome(1)).matches("(?s)400 .*|reset 1");
            assertThat(wire.get(3, "/fine").outcome(3))
                    .as("the connection goes on")
                    .isEqualTo("200 ok");
        }
        assertThat(heard()).allMatch(request -> request.startsWith("GET /fine "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection: close",
                "keep-alive: 1",
                "proxy-connection: x",
                "transfer-encoding: chunked",
                "upgrade: websocket",
                "te: gzip",
                "X-Upper: 1",
                "x y: 1",
                "x: a\r\nb: c",
                "x: a\u0000b",
                ":late: 1",
                ":status: 200",
                ":path: /b",
                ":method: POST",
                ":authority: h",
                "host: h",
                "host: g:1"
            })
    @DisplayName("a malformed field section ends its stream (RFC 9113 §8.2, §8.3)")
    void fields(String field) {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.get(1, "/a", field).outcome(1)).isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.get(3, "/fine").outcome(3))
                    .as("the connection goes on")
                    .isEqualTo("200 ok");
        }
        assertThat(heard()).allMatch(request -> request.startsWith("GET /fine "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "a b", "a:99999999", "", "a/b", "[::1"})
    @DisplayName("an authority that names no host ends its stream (RFC 9113 §8.3.1)")
    void authorities(String authority) {
        try (var wire = Wire2.to(gate.port())) {
            byte[] head = Wire2.block(":method: GET", ":scheme: http", ":path: /a", ":authority: " + authority);
            assertThat(wire.frame(HEADERS, END_HEADERS | END_STREAM, 1, head).outcome(1))
                    .isEqualTo(PROTOCOL_ERROR);
        }
        assertThat(heard()).isEmpty();
    }

    @Test
    @DisplayName("pseudo-header fields that must be there are asked for (RFC 9113 §8.3.1)")
    void missing() {
        try (var wire = Wire2.to(gate.port())) {
            byte[] noPath = Wire2.block(":method: GET", ":scheme: http", ":authority: g");
            byte[] noScheme = Wire2.block(":method: GET", ":path: /a", ":authority: g");
            byte[] noHost = Wire2.block(":method: GET", ":scheme: http", ":path: /a");
            byte[] connect = Wire2.block(":method: CONNECT", ":authority: g");
            byte[] byHost = Wire2.block(":method: GET", ":scheme: http", ":path: /fine", "host: g");
            int all = END_HEADERS | END_STREAM;
            assertThat(wire.frame(HEADERS, all, 1, noPath).outcome(1)).isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.frame(HEADERS, all, 3, noScheme).outcome(3)).isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.frame(HEADERS, all, 5, noHost).outcome(5)).startsWith("400 ");
            assertThat(wire.frame(HEADERS, all, 7, connect).outcome(7)).startsWith("400 ");
            assertThat(wire.frame(HEADERS, all, 9, byHost).outcome(9)).isEqualTo("200 ok");
        }
        assertThat(heard()).hasSize(1);
    }

    @Test
    @DisplayName("a body that is not as long as it said ends its stream (RFC 9113 §8.1.1)")
    void lengths() {
        try (var wire = Wire2.to(gate.port())) {
            assertThat(wire.post(1, "/a", "content-length: 5")
                            .data(1, "abc", true)
                            .outcome(1))
                    .isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.post(3, "/a", "content-length: 1")
                            .data(3, "abc", true)
                            .outcome(3))
                    .isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.get(5, "/fine").outcome(5)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("a caller that gives up one stream ends the exchange behind it alone (RFC 9113 §5.4.2)")
    void resets() throws Exception {
        var left = new CountDownLatch(1);
        try (var slow = new RawUpstream(peer -> {
                    String head = peer.request();
                    if (head.contains(" /fine")) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    else if (peer.isLeft()) left.countDown();
                });
                var before = TestGate.plan()
                        .door(H2C)
                        .route("ANY /**: public", slow.origin())
                        .open();
                var wire = Wire2.to(before.port())) {
            wire.get(1, "/slow");
            assertThat(slow.received()).contains("/slow");
            wire.frame(RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.get(3, "/fine").outcome(3)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("an API that breaks off ends the stream with an error and not the connection (RFC 9113 §8.1)")
    void broken_answers() throws Exception {
        try (var broken = new RawUpstream(peer -> {
                    String head = peer.request();
                    if (head.contains(" /fine")) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    else peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf");
                });
                var before = TestGate.plan()
                        .door(H2C)
                        .route("ANY /**: public", broken.origin())
                        .open();
                var wire = Wire2.to(before.port())) {
            assertThat(wire.get(1, "/half").outcome(1)).isEqualTo("200 reset");
            assertThat(wire.get(3, "/fine").outcome(3)).isEqualTo("200 ok");
        }
    }

    // ── floods ───────────────────────────────────────────────────────────────────────────────────────────────────

    @Test
    @DisplayName("CVE-2023-44487: who opens streams and gives them up, over and over, loses the connection")
    void rapid_reset() {
        assertThat(afterFlood(wire -> {
                    for (int i = 1; i <= 2 * GatewayVerticle.RESETS + 1; i += 2)
                        wire.get(i, FLOOD).frame(RST_STREAM, 0, i, new byte[] {0, 0, 0, 8});
                }))
                .startsWith("gone");
    }

    @Test
    @DisplayName("CVE-2025-8671: who makes us give streams up, over and over, loses the connection")
    void made_you_reset() {
        assertThat(afterFlood(wire -> {
                    for (int i = 1; i <= 2 * GatewayVerticle.RESETS + 1; i += 2)
                        wire.get(i, FLOOD).frame(Wire2.WINDOW_UPDATE, 0, i, new byte[4]);
                }))
                .startsWith("gone");
    }

    @Test
    @DisplayName("CVE-2026-33871: a head in very many pieces ends the connection")
    void continuation_flood() {
        assertThat(afterFlood(wire -> {
                    wire.frame(HEADERS, END_STREAM, 1, Wire2.head("GET", "/a"));
                    for (int i = 0; i < 100; i++) wire.frame(CONTINUATION, 0, 1, new byte[0]);
                }))
                .startsWith("gone");
    }

    /** What the API was asked by the test itself; of a flood something may still arrive when another test has begun. */
    private static List<String> heard() {
        return upstream.requests.stream()
                .filter(request -> !request.startsWith("GET " + FLOOD))
                .toList();
    }

    /** The connection may end while the flood is still being written. */
    private static String afterFlood(Consumer<Wire2> flood) {
        try (var wire = Wire2.to(gate.port())) {
            flood.accept(wire);
            return wire.outcome(9999);
        } catch (UncheckedIOException closedWhileWriting) {
            return "gone";
        }
    }

    @Test
    @DisplayName("a head past the bound is not taken (RFC 9113 §10.5.1)")
    void large_heads() {
        try (var wire = Wire2.to(gate.port())) {
            byte[] half = Wire2.block("x: " + "y".repeat(16_000));
            wire.frame(HEADERS, END_STREAM, 1, Wire2.head("GET", "/a"));
            for (int i = 0; i < 3; i++) wire.frame(CONTINUATION, i == 2 ? END_HEADERS : 0, 1, half);
            assertThat(wire.outcome(1)).matches("431.*|reset .*|gone.*");
        }
        assertThat(heard()).isEmpty();
    }

    @Test
    @DisplayName("frames that ask for nothing but work are counted (RFC 9113 §10.5)")
    void chatter() {
        assertThat(afterFlood(wire -> {
                    for (int i = 0; i <= Http2Heads.MOST_CHATTER; i++) wire.frame(PING, 0, 0, new byte[8]);
                }))
                .startsWith("gone");
        assertThat(afterFlood(wire -> {
                    for (int i = 0; i <= Http2Heads.MOST_CHATTER; i++) wire.frame(SETTINGS, 0, 0, new byte[0]);
                }))
                .startsWith("gone");
    }

    @Test
    @DisplayName("one stream more than may be open is refused (RFC 9113 §5.1.2)")
    void streams() throws Exception {
        var all = new CountDownLatch(GatewayVerticle.STREAMS);
        var go = new CountDownLatch(1);
        try (var slow = new RawUpstream(peer -> {
                    peer.head();
                    all.countDown();
                    try {
                        go.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    }
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                var before = TestGate.plan()
                        .door(H2C)
                        .route("ANY /**: public", slow.origin())
                        .open();
                var wire = Wire2.to(before.port())) {
            for (int i = 0; i < GatewayVerticle.STREAMS; i++) {
                wire.get(1 + 2 * i, "/a");
                // Never a crowd in one turn of the event loop, however slow the machine.
                long left = GatewayVerticle.STREAMS - 1L - i;
                if (i % 20 == 19) await().until(() -> all.getCount() == left);
            }
            int more = 1 + 2 * GatewayVerticle.STREAMS;
            assertThat(wire.get(more, "/a").outcome(more)).isEqualTo("reset 7");
            go.countDown();
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
        }
    }

    @Test
    @DisplayName("a connection that says nothing, before its first frame or after, is closed in time")
    void silence() throws Exception {
        try (var before = TestGate.plan()
                .door(H2C)
                .limits(Limits.slowHead(Duration.ofMillis(500)))
                .route("ANY /**: public", upstream.origin())
                .open()) {
            try (Wire silent = before.call()) {
                assertThat(silent.rest()).isEmpty();
            }
            try (Wire half = before.call()) {
                assertThat(half.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").rest()).hasSizeLessThan(100);
            }
        }
        try (var before = TestGate.plan()
                        .door(H2C)
                        .limits(Limits.idle(Duration.ofSeconds(3)))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = Wire2.to(before.port())) {
            assertThat(wire.get(1, "/a").outcome(1)).isEqualTo("200 ok");
            wire.frame(HEADERS, END_STREAM, 3, Wire2.head("GET", "/a"));
            assertThat(wire.outcome(3)).startsWith("gone");
        }
    }
}
