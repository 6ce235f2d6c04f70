package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("an API that is tired, crowded or slow")
final class CrowdedApiTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final Duration REST = Duration.ofSeconds(1);

    @Test
    void an_api_that_hardly_answers_is_spared_and_tried_again_later() throws Exception {
        var well = new AtomicBoolean();
        var asked = new AtomicInteger();
        try (var tired = new RawUpstream(peer -> {
                    while (peer.request() != null) {
                        asked.incrementAndGet();
                        peer.send(
                                well.get() ? RawUpstream.text("well") : "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                var gate = TestGate.before(UpstreamPlan.of(tired.origin()).breaker(50, 5, REST));
                var wire = gate.call()) {
            for (int i = 0; i < 5; i++) wire.send(GET).answer();
            long rests = System.nanoTime();
            int spared = 0;
            for (int i = 0; i < 20; i++) {
                String answer = wire.send(GET).answer();
                assertThat(answer).startsWith("HTTP/1.1 503 ");
                if (!answer.contains("upstream_spared")) continue;
                assertThat(answer).containsIgnoringCase("retry-after: 1\r\n");
                spared++;
            }
            int trials = (int) ((System.nanoTime() - rests) / REST.toNanos());
            assertThat(asked.get() - 5)
                    .as("one call after each rest")
                    .isEqualTo(20 - spared)
                    .isBetween(0, trials);
            assertThat(gate.upstreams.view().get(0).breaker()).isEqualTo("open");

            well.set(true);
            Eventually.holds(() -> wire.send(GET).answer().endsWith("well"));
            assertThat(wire.send(GET).answer()).endsWith("well");
            assertThat(gate.upstreams.view().get(0).breaker()).isEqualTo("closed");
        }
    }

    @Test
    void beyond_its_places_requests_wait_and_beyond_its_seats_they_are_told() throws Exception {
        var release = new CountDownLatch(1);
        try (var slow = new RawUpstream(peer -> {
                    while (peer.request() != null) {
                        awaited(release);
                        peer.send(RawUpstream.text("done"));
                    }
                });
                var gate = TestGate.before(UpstreamPlan.of(slow.origin()).places(1, 1));
                var inside = gate.call();
                var waiting = gate.call();
                var beyond = gate.call()) {
            inside.send(GET);
            slow.received();
            waiting.send(GET);
            Eventually.holds(() -> gate.upstreams.view().get(0).waiting() == 1);
            assertThat(beyond.send(GET).answer())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"busy\"")
                    .containsIgnoringCase("retry-after: ");

            release.countDown();
            assertThat(inside.answer()).endsWith("done");
            assertThat(waiting.answer()).endsWith("done");
            assertThat(beyond.send(GET).answer()).endsWith("done");
            Eventually.holds(() -> gate.upstreams.view().get(0).underWay() == 0);
        }
    }

    @Test
    void whoever_waits_and_leaves_takes_no_place() throws Exception {
        var release = new CountDownLatch(1);
        try (var slow = new RawUpstream(peer -> {
                    while (peer.request() != null) {
                        awaited(release);
                        peer.send(RawUpstream.text("done"));
                    }
                });
                var gate = TestGate.before(UpstreamPlan.of(slow.origin()).places(1, 1));
                var inside = gate.call();
                var next = gate.call()) {
            inside.send(GET);
            slow.received();
            try (var leaving = gate.call()) {
                leaving.send(GET);
                Eventually.holds(() -> gate.upstreams.view().get(0).waiting() == 1);
            }
            Eventually.holds(() -> gate.upstreams.view().get(0).waiting() == 0);
            next.send(GET);
            release.countDown();
            assertThat(inside.answer()).endsWith("done");
            assertThat(next.answer()).endsWith("done");
            assertThat(slow.requests).hasSize(1);
        }
    }

    @Test
    void whoever_waits_too_long_is_told_that_it_is_busy() throws Exception {
        try (var silent = new RawUpstream(peer -> {
                    peer.request();
                    peer.isLeft();
                });
                var gate = TestGate.plan()
                        .timeout(Duration.ofSeconds(2))
                        .route(
                                "GET /slow: public",
                                UpstreamPlan.of(silent.origin()).places(1, 5).upstream())
                        .open();
                var inside = gate.call();
                var waiting = gate.call()) {
            inside.send("GET /slow HTTP/1.1\r\nHost: g\r\n\r\n");
            silent.received();
            waiting.send("GET /slow HTTP/1.1\r\nHost: g\r\n\r\n");
            assertThat(inside.answer()).startsWith("HTTP/1.1 504 ");
            assertThat(waiting.answer()).startsWith("HTTP/1.1 50");
        }
    }

    @Test
    void a_request_ends_when_its_time_in_all_is_over() throws Exception {
        try (var endless = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    while (true) peer.send("1\r\nx\r\n");
                });
                var gate = TestGate.before(UpstreamPlan.of(endless.origin()).totalTimeout(Duration.ofSeconds(2)));
                var wire = gate.call()) {
            assertThat(wire.send(GET).rest()).startsWith("HTTP/1.1 200 ").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void a_target_that_falls_silent_is_given_up_by_its_own_setting() throws Exception {
        try (var silent = new RawUpstream(peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    peer.isLeft();
                });
                var gate = TestGate.before(UpstreamPlan.of(silent.origin()).idleTimeout(Duration.ofSeconds(2)));
                var wire = gate.call()) {
            assertThat(wire.send(GET).rest()).endsWith("half");
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
