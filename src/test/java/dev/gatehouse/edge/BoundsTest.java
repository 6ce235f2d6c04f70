package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each bound is met exactly, and then passed by one. */
@ExtendWith(QuietVertx.class)
final class BoundsTest {
    private static String head(String target, String fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: g\r\n" + fields + "\r\n";
    }

    @Test
    @DisplayName("414 one past uri_size, and far past it")
    void uris() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.sizes(32 * 1024, 1024, 1000, 1024))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            assertThat(once(gate, head("/" + "a".repeat(999), ""))).startsWith("HTTP/1.1 200");
            assertThat(once(gate, head("/" + "a".repeat(1000), "")))
                    .startsWith("HTTP/1.1 414")
                    .contains("uri_too_long");
            assertThat(once(gate, head("/" + "a".repeat(100_000), "")))
                    .startsWith("HTTP/1.1 414")
                    .contains("uri_too_long");
        }
    }

    @Test
    @DisplayName("431 past header_size, by one field or by many")
    void header_sections() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.sizes(2000, 1024, 1000, 1024))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            assertThat(once(gate, head("/a", "X: " + "a".repeat(1900) + "\r\n")))
                    .startsWith("HTTP/1.1 200");
            assertThat(once(gate, head("/a", "X: " + "a".repeat(2001) + "\r\n")))
                    .startsWith("HTTP/1.1 431")
                    .contains("headers_too_large");
            assertThat(once(gate, head("/a", "X: y\r\n".repeat(1000))))
                    .startsWith("HTTP/1.1 431")
                    .contains("headers_too_large");
        }
    }

    @Test
    @DisplayName("the defaults are those of the contract: 32 KiB, 16 KiB, 8 KiB")
    void defaults() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .route("GET /a: public", upstream.origin())
                        .route("GET /b: login", upstream.origin())
                        .open()) {
            assertThat(once(gate, head("/a?" + "x".repeat(8 * 1024 - 3), "X: " + "a".repeat(31 * 1024) + "\r\n")))
                    .startsWith("HTTP/1.1 200");
            assertThat(once(gate, head("/b", "Authorization: Bearer " + "a".repeat(16 * 1024 + 1) + "\r\n")))
                    .startsWith("HTTP/1.1 401")
                    .contains("invalid_token");
        }
    }

    @Test
    @DisplayName("401 one past token_size, without a look at the token")
    void tokens() throws Exception {
        try (var upstream = RawUpstream.ok();
                var first =
                        TestGate.plan().route("GET /: login", upstream.origin()).open()) {
            String token = first.tokens.minted("u_1");
            try (var gate = TestGate.plan()
                    .limits(Limits.sizes(32 * 1024, token.length(), 1000, 1024))
                    .route("GET /: login", upstream.origin())
                    .route("GET /b: login", upstream.origin())
                    .open()) {
                assertThat(once(gate, head("/b", gate.bearer("u_1") + "\r\n"))).startsWith("HTTP/1.1 200");
                assertThat(once(gate, head("/b", gate.bearer("u_12") + "\r\n")))
                        .startsWith("HTTP/1.1 401")
                        .contains("too long");
            }
        }
    }

    @Test
    @DisplayName("413 one past body_size, announced or not")
    void bodies() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.sizes(2000, 1024, 1000, 100))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            assertThat(once(gate, body(100))).startsWith("HTTP/1.1 200");
            assertThat(once(gate, body(101))).startsWith("HTTP/1.1 413").contains("body_too_large");
            assertThat(once(gate, chunk(100))).startsWith("HTTP/1.1 200");
            assertThat(once(gate, chunk(101))).startsWith("HTTP/1.1 413").contains("body_too_large");
        }
    }

    private static String body(int length) {
        return "POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    private static String chunk(int length) {
        return "POST /a HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length)
                + "\r\n" + "x".repeat(length) + "\r\n0\r\n\r\n";
    }

    @Test
    @DisplayName("slowloris: a head has header_timeout, from its first byte, on every request of a connection")
    void heads_have_a_deadline() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.slowHead(Duration.ofSeconds(1)))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            try (Wire wire = gate.call()) {
                assertThat(wire.send("GET / HTTP/1.1\r\nHost: ").rest())
                        .startsWith("HTTP/1.1 408 ")
                        .contains("request_timeout")
                        .containsOnlyOnce("HTTP/1.1");
            }
            try (Wire wire = gate.call()) {
                assertThat(wire.send(head("/a", "")).answer()).startsWith("HTTP/1.1 200");
                assertThat(wire.send("\r\n").rest()).startsWith("HTTP/1.1 408 ");
            }
            try (Wire wire = gate.call()) {
                dribble(wire, "GET / HTTP/1.1\r\nX: " + "y".repeat(200));
                assertThat(wire.rest())
                        .satisfiesAnyOf(told -> assertThat(told).startsWith("HTTP/1.1 408 "), cut -> assertThat(cut)
                                .isEmpty());
            }
        }
    }

    /** A byte now and then, until nobody listens any more. */
    private static void dribble(Wire wire, String octets) throws Exception {
        var never = new CountDownLatch(1);
        for (int i = 0; i < octets.length() && wire.stream().available() == 0; i++) {
            wire.send(octets.substring(i, i + 1));
            never.await(50, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    @DisplayName("a connection on which nothing happens lives for idle_timeout")
    void idle_connections_are_closed() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofSeconds(1)))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            try (Wire wire = gate.call()) {
                assertThat(wire.rest()).isEmpty();
            }
            try (Wire wire = gate.call()) {
                assertThat(wire.send(head("/a", "")).answer()).startsWith("HTTP/1.1 200");
                assertThat(wire.rest()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("a caller who does not read the answer is given up after idle_timeout")
    void unread_answers_are_given_up() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                    byte[] some = new byte[64 * 1024];
                    try {
                        while (true) peer.out().write(some);
                    } catch (java.io.IOException gone) {
                        left.countDown();
                    }
                });
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofMillis(500)))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            wire.send(head("/a", ""));
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Until nobody takes any more. */
    private static RawUpstream endless(AtomicLong sent, CountDownLatch left) {
        return new RawUpstream(peer -> {
            if (!peer.request().startsWith("GET /endless ")) {
                peer.send(RawUpstream.text("ok"));
                return;
            }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
            byte[] some = new byte[64 * 1024];
            try {
                while (true) {
                    peer.out().write(some);
                    sent.addAndGet(some.length);
                }
            } catch (IOException gone) {
                left.countDown();
            }
        });
    }

    @Test
    @DisplayName(
            "CVE-2016-1546: a stream of HTTP/2 for which the caller makes no room is given up after idle_timeout, however busy the connection is; the API is held back meanwhile")
    void unread_streams_are_given_up() throws Exception {
        var sent = new AtomicLong();
        var left = new CountDownLatch(1);
        try (var upstream = endless(sent, left);
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofSeconds(1)))
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            try (var wire = Wire2.to(gate.port())) {
                wire.raw(room(0, 1 << 24)).get(1, "/endless");
                int next = 3;
                while (!left.await(50, TimeUnit.MILLISECONDS)) {
                    assertThat(wire.get(next, "/busy").next(Wire2.HEADERS, next).field(":status"))
                            .isEqualTo("200");
                    next += 2;
                    assertThat(next).as("given up long since").isLessThan(500);
                }
                assertThat(wire.get(next, "/busy").outcome(next)).isEqualTo("200 ok");
                assertThat(sent.get()).isLessThan(32 << 20);
            }
            assertThat(gate.closedLog().lines().filter(line -> line.contains("/endless")))
                    .singleElement()
                    .asString()
                    .contains("\"verdict\":\"left\"", "the caller did not read the answer");
        }
    }

    @Test
    @DisplayName("a caller in HTTP/2 who makes no room on the connection at all is given up after idle_timeout")
    void unread_connections_are_given_up() throws Exception {
        var sent = new AtomicLong();
        var left = new CountDownLatch(1);
        try (var upstream = endless(sent, left);
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofMillis(500)))
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = Wire2.to(gate.port())) {
            wire.get(1, "/endless").raw(room(1, 1 << 24));
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.outcome(3)).startsWith("gone");
        }
    }

    @Test
    void a_stream_whose_reader_is_slow_but_reads_is_not_given_up() throws Exception {
        var sent = new AtomicLong();
        var left = new CountDownLatch(1);
        try (var upstream = endless(sent, left);
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofSeconds(1)))
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = Wire2.to(gate.port())) {
            wire.raw(room(0, 1 << 24)).get(1, "/endless");
            for (int read = 0; read < (1 << 16) - 1; )
                read += wire.next(Wire2.DATA, 1).payload().length;
            for (int i = 0; i < 15; i++) {
                assertThat(left.await(200, TimeUnit.MILLISECONDS)).isFalse();
                assertThat(wire.raw(room(1, 10)).next(Wire2.DATA, 1).payload()).hasSize(10);
            }
        }
    }

    private static byte[] room(int stream, int octets) {
        return ByteBuffer.allocate(13)
                .put(new byte[] {0, 0, 4, Wire2.WINDOW_UPDATE, 0})
                .putInt(stream)
                .putInt(octets)
                .array();
    }

    private static String once(TestGate gate, String request) {
        try (Wire wire = gate.call()) {
            return wire.send(request).answer();
        }
    }
}
