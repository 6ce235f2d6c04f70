package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("a gate that closes")
final class LeavingTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: g\r\n\r\n";

    @Test
    @DisplayName(
            "RFC 9112 §9.6: the next answer on a connection is the last and says so; new connections are answered too")
    void every_answer_is_the_last() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.before(upstream);
                Wire old = gate.call()) {
            assertThat(old.send(GET).answer()).doesNotContainIgnoringCase("connection: close");
            gate.leaving.set(true);
            assertThat(old.send(GET).rest())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close\r\n")
                    .endsWith("ok");
            for (String request : new String[] {
                GET,
                "GET /login HTTP/1.1\r\nHost: g\r\n\r\n",
                "GET /a%00 HTTP/1.1\r\nHost: g\r\n\r\n",
                "POST /x HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\nab"
            })
                try (Wire fresh = gate.call()) {
                    assertThat(fresh.send(request).rest())
                            .containsOnlyOnce("HTTP/1.1 ")
                            .containsIgnoringCase("connection: close\r\n");
                }
        }
    }

    @Test
    void an_answer_that_has_begun_ends_whole_and_idle_connections_end_at_once() throws Exception {
        var rest = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    while (peer.request() != null) {
                        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                        wait(rest);
                        peer.send("5\r\n done\r\n0\r\n\r\n");
                    }
                });
                var gate = TestGate.before(upstream);
                Wire idle = gate.call();
                Wire busy = gate.call()) {
            busy.send(GET);
            upstream.received();
            gate.leaving.set(true);
            var closed = gate.undeploy();
            assertThat(idle.rest()).isEmpty();
            await().until(() -> !accepts(gate));
            assertThat(closed.isComplete()).isFalse();
            rest.countDown();
            assertThat(busy.rest()).contains("half", " done").endsWith("0\r\n\r\n");
            await().until(closed::succeeded);
        }
    }

    @Test
    @DisplayName(
            "RFC 9113 §6.8: callers in HTTP/2 are told so, what they have sent meanwhile is answered, then they are told which was the last, and the connection ends")
    void http_2() throws Exception {
        var rest = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    String request = peer.request();
                    if (request.contains(" /slow")) wait(rest);
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                var gate = TestGate.plan()
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /**: public", upstream.origin())
                        .open();
                var wire = Wire2.to(gate.port());
                var idle = Wire2.to(gate.port())) {
            assertThat(idle.get(1, "/x").outcome(1)).isEqualTo("200 ok");
            wire.get(1, "/slow");
            upstream.received();
            gate.leaving.set(true);
            Wire2.Frame first = wire.next(Wire2.GOAWAY, 0);
            assertThat(first.code()).as("NO_ERROR").isZero();
            assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
            assertThat(wire.get(3, "/x").outcome(3)).as("sent meanwhile").isEqualTo("200 ok");
            Wire2.Frame second = wire.next(Wire2.GOAWAY, 0);
            assertThat(second.code()).isZero();
            assertThat(second.lastStream()).isEqualTo(3);
            wire.get(5, "/never");
            assertThat(idle.outcome(9)).isEqualTo("gone 0");
            var closed = gate.undeploy();
            rest.countDown();
            assertThat(wire.outcome(1)).isEqualTo("200 ok");
            assertThat(wire.next()).as("the end of the connection").isNull();
            await().until(closed::succeeded);
            assertThat(upstream.requests).noneMatch(request -> request.contains("/never"));
        }
    }

    @Test
    @DisplayName(
            "a reload is no event for streams: those that are there finish as they began, and the connection goes on")
    void reload_in_http_2() throws Exception {
        var rest = new CountDownLatch(1);
        try (var before = new RawUpstream(peer -> {
                    peer.request();
                    wait(rest);
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
                });
                var after = RawUpstream.answering(RawUpstream.text("new"));
                var gate = TestGate.plan()
                        .door(Http2RequestsTest.H2C)
                        .route("ANY /**: public", before.origin())
                        .open();
                var wire = Wire2.to(gate.port()).get(1, "/x")) {
            before.received();
            gate.swap(TestGate.plan().door(Http2RequestsTest.H2C).route("ANY /**: public", after.origin()));
            assertThat(wire.get(3, "/x").outcome(3)).isEqualTo("200 new");
            rest.countDown();
            assertThat(wire.outcome(1)).isEqualTo("200 old");
        }
    }

    private static boolean accepts(TestGate gate) {
        try (Wire wire = gate.call()) {
            return true;
        } catch (java.io.UncheckedIOException refused) {
            return false;
        }
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
