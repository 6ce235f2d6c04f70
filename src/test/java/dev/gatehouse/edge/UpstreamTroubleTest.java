package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Ports;
import dev.gatehouse.QuietVertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(QuietVertx.class)
@DisplayName("ED08 APIs in trouble")
final class UpstreamTroubleTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void dead_is_502_and_told_apart_from_broken() throws Exception {
        int nobody = Ports.free();
        try (var gate = TestGate.plan()
                .route("ANY /**: public", URI.create("http://127.0.0.1:" + nobody))
                .open()) {
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n"))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("upstream_unreachable")
                    .doesNotContain("127.0.0.1", Integer.toString(nobody));
        }
    }

    @Test
    void an_unknown_name_is_502() throws Exception {
        try (var gate = TestGate.plan()
                .route("ANY /**: public", URI.create("http://no-such-host.invalid:80"))
                .open()) {
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n"))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("upstream_unreachable");
        }
    }

    @Test
    void silence_is_504_and_the_connection_is_not_used_again() throws Exception {
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    if (peer.isLeft()) left.countDown();
                });
                var gate = TestGate.plan()
                        .timeout(Duration.ofSeconds(2))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n"))
                    .startsWith("HTTP/1.1 504 ")
                    .contains("upstream_timeout");
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @DisplayName("half open: the API took the connection and never reads")
    void half_open_is_504() throws Exception {
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var gate = TestGate.plan()
                        .timeout(Duration.ofMillis(300))
                        .route("ANY /**: public", URI.create("http://127.0.0.1:" + deaf.getLocalPort()))
                        .open()) {
            assertThat(gate.call("GET /a HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 504 ");
        }
    }

    /** Answers that are none. The connection they came over is closed, so that the next request meets a new one. */
    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("nothing at all", ""),
                Arguments.of("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
                Arguments.of("half a head", "HTTP/1.1 200 OK\r\nContent-Le"),
                Arguments.of("another version", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of("a status that is none", "HTTP/1.1 abc OK\r\n\r\n"),
                Arguments.of("a status out of range", "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of(
                        "an upgrade nobody asked for",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
                Arguments.of("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk"),
                Arguments.of(
                        "length and coding",
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
                Arguments.of(
                        "a coding we do not take off",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("a broken line", "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("a bare line feed", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
                Arguments.of("a header bomb", "HTTP/1.1 200 OK\r\nX: " + "a".repeat(70_000) + "\r\n\r\n"),
                Arguments.of("many header fields", "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000) + "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void an_answer_that_is_none_is_502_and_the_next_request_is_fine(String name, String octets) throws Exception {
        var connections = new AtomicInteger();
        try (var upstream = new RawUpstream(peer -> {
                    boolean bad = connections.getAndIncrement() == 0;
                    while (peer.request() != null) {
                        peer.send(bad ? octets : OK);
                        if (bad && (octets.isEmpty() || octets.endsWith("Le"))) return;
                    }
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer())
                    .as(name)
                    .startsWith("HTTP/1.1 502 ")
                    .contains("upstream_failed");
            assertThat(wire.send(GET).answer())
                    .as("on the same connection of the caller")
                    .startsWith("HTTP/1.1 200 ");
            assertThat(connections).hasValue(2);
        }
    }

    /** Where the head has gone out already, only the end of the connection can tell the caller. */
    static Stream<Arguments> breaking() {
        return Stream.of(
                Arguments.of("a length that is not kept", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
                Arguments.of(
                        "chunks without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
                Arguments.of(
                        "a chunk size that is none",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"),
                Arguments.of(
                        "a chunk that is longer than it says",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfandmore\r\n0\r\n\r\n"),
                Arguments.of(
                        "a trailer that is none",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nnonsense\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaking")
    void an_answer_that_breaks_off_breaks_the_callers_connection(String name, String octets) throws Exception {
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send(octets);
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            String all = wire.send(GET).rest();

            assertThat(all)
                    .as(name)
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotContain("\r\n0\r\n\r\n")
                    .containsOnlyOnce("HTTP/1.1");
        }
    }

    @Test
    @DisplayName("response splitting: two answers to one request, and the second is nobody's")
    void a_second_answer_is_nobodys() throws Exception {
        var connections = new AtomicInteger();
        try (var upstream = new RawUpstream(peer -> {
                    connections.incrementAndGet();
                    while (peer.request() != null) peer.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            for (int i = 1; i <= 5; i++) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ").endsWith("ok");
                assertThat(connections).as("connections used").hasValue(i);
            }
        }
    }

    @Test
    @DisplayName("response splitting under load: waiting requests are not given the poisoned connection")
    void waiting_requests_are_not_poisoned() throws Exception {
        int callers = 32;
        try (var upstream = new RawUpstream(peer -> {
                    while (peer.request() != null) peer.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                });
                var gate = TestGate.before(upstream)) {
            var wires = Stream.generate(gate::call).limit(callers).toList();
            for (int round = 0; round < 3; round++) {
                wires.forEach(wire -> wire.send(GET));
                for (Wire wire : wires) assertThat(wire.answer()).doesNotContain("poison");
            }
            wires.forEach(Wire::close);
        }
    }

    @Test
    @DisplayName("bytes between two answers end the connection they came over")
    void unasked_bytes_end_a_connection_in_the_pool() throws Exception {
        var connections = new AtomicInteger();
        var gone = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    int number = connections.incrementAndGet();
                    peer.request();
                    peer.send(OK);
                    if (number > 1) return;
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
                    if (peer.isLeft()) gone.countDown();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("ok");
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.send(GET).answer()).endsWith("ok");
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    @DisplayName("RFC 9112 9.3.1: a connection that was closed in the pool costs nobody a request")
    void a_connection_closed_in_the_pool_is_asked_around() throws Exception {
        var connections = new AtomicInteger();
        try (var upstream = new RawUpstream(peer -> {
                    int number = connections.incrementAndGet();
                    peer.request();
                    peer.send(OK);
                    if (number == 1) {
                        peer.head();
                        peer.reset();
                    } else {
                        peer.request();
                    }
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("ok");
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200").endsWith("ok");
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void a_request_that_changes_something_is_never_asked_twice() throws Exception {
        var connections = new AtomicInteger();
        try (var upstream = new RawUpstream(peer -> {
                    connections.incrementAndGet();
                    peer.request();
                    peer.send(OK);
                    peer.head();
                    peer.reset();
                });
                var gate = TestGate.before(upstream);
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("ok");
            assertThat(wire.send("DELETE /a HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 502");
            assertThat(connections).hasValue(1);
        }
    }

    @Test
    void a_caller_who_leaves_ends_the_work_for_them() throws Exception {
        var asked = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    asked.countDown();
                    if (peer.isLeft()) left.countDown();
                });
                var gate = TestGate.before(upstream)) {
            try (Wire wire = gate.call()) {
                wire.send(GET);
                assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void an_api_that_falls_silent_in_mid_answer_is_given_up() throws Exception {
        var limits = Limits.idle(Duration.ofSeconds(1));
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    peer.isLeft();
                });
                var gate = TestGate.plan()
                        .limits(limits)
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            assertThat(wire.send(GET).rest()).endsWith("half");
        }
    }

    @Test
    void an_answer_may_take_longer_than_an_idle_connection_lives() throws Exception {
        var limits = Limits.idle(Duration.ofMillis(700));
        var answered = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    try {
                        answered.await(2, TimeUnit.SECONDS);
                    } catch (InterruptedException stop) {
                        return;
                    }
                    peer.send(OK);
                    peer.isLeft();
                });
                var gate = TestGate.plan()
                        .limits(limits)
                        .timeout(Duration.ofSeconds(8))
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).endsWith("ok");
        }
    }
}
