package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.CrowdLimits;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each bound is met exactly, and then passed by one. */
@ExtendWith(QuietVertx.class)
final class CrowdTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final int MANY = 100;

    private static TestGate.Plan plan(RawUpstream upstream, int connections, int perIp, int waiting) {
        return TestGate.plan()
                .limits(Limits.crowd(connections, perIp, waiting))
                .route("ANY /**: public", upstream.origin());
    }

    @Test
    void one_connection_too_many_is_closed_and_the_place_of_one_who_left_is_free() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan(upstream, 2, MANY, MANY).loops(2).open()) {
            twoAndNoThird(gate);
        }
    }

    @Test
    void one_connection_too_many_of_one_address_is_closed_unless_it_is_a_trusted_neighbour_s() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan(upstream, MANY, 2, MANY).loops(2).open()) {
            twoAndNoThird(gate);
            gate.swap(plan(upstream, MANY, 2, MANY).trusting("127.0.0.0/8"));
            try (Wire first = gate.call();
                    Wire second = gate.call();
                    Wire third = gate.call()) {
                for (Wire wire : new Wire[] {first, second, third})
                    assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static void twoAndNoThird(TestGate gate) {
        try (Wire first = gate.call();
                Wire second = gate.call()) {
            assertThat(first.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            assertThat(second.send(GET).answer()).startsWith("HTTP/1.1 200 ");
            try (Wire third = gate.call()) {
                assertThat(third.rest()).isEmpty();
            }
        }
        await().until(() -> gate.crowd.connections() == 0 && gate.crowd.sources() == 0);
        try (Wire again = gate.call()) {
            assertThat(again.send(GET).answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    @DisplayName("one /64 of IPv6 is one source (RFC 6177 §2), and a source that is gone is forgotten")
    void sources() throws Exception {
        var crowd = new Crowd();
        var limits = new CrowdLimits(10, 2, 10);
        InetAddress one = InetAddress.getByName("2001:db8::1");
        InetAddress neighbour = InetAddress.getByName("2001:db8::2");
        InetAddress other = InetAddress.getByName("2001:db8:0:1::1");
        assertThat(crowd.enter(one, false, limits)).isTrue();
        assertThat(crowd.enter(neighbour, false, limits)).isTrue();
        assertThat(crowd.enter(neighbour, false, limits)).isFalse();
        assertThat(crowd.enter(other, false, limits)).isTrue();
        for (InetAddress left : new InetAddress[] {one, neighbour, neighbour, other}) crowd.leave(left);
        assertThat(crowd.sources()).isZero();
        assertThat(crowd.connections()).isZero();
    }

    @Test
    @DisplayName("503 with Retry-After for one waiting request too many, before its token is looked at")
    void requests_that_wait() throws Exception {
        var answer = new CountDownLatch(1);
        var rest = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    wait(answer);
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhe");
                    wait(rest);
                    peer.send("re");
                });
                var gate = plan(upstream, MANY, MANY, 1)
                        .route("GET /mine: login", upstream.origin())
                        .open();
                Wire first = gate.call()) {
            first.send(GET);
            upstream.received();
            try (Wire second = gate.call()) {
                assertThat(second.send(GET).answer())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("\"reason\":\"busy\"", "Retry-After: 1\r\n");
                assertThat(second.send("POST /mine HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\nab")
                                .answer())
                        .startsWith("HTTP/1.1 503 ");
                assertThat(second.send("GET /a%00 HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                        .startsWith("HTTP/1.1 400 ");
                answer.countDown();
                await().until(() -> gate.crowd.waiting() == 0);
                assertThat(second.send("GET /mine HTTP/1.1\r\nHost: g\r\n\r\n").answer())
                        .startsWith("HTTP/1.1 401 ");
            }
            rest.countDown();
            assertThat(first.answer()).endsWith("here");
        }
    }

    @Test
    @DisplayName(
            "503 for those who have waited through a long turn of the event loop; the ones before them are answered, the next turn is short")
    void requests_that_have_waited() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan(upstream, 1000, 1000, 1000).open()) {
            var wires = new ArrayList<Wire>();
            for (int i = 0; i < 120; i++) wires.add(gate.call());
            await().until(() -> gate.crowd.connections() == wires.size());
            for (Wire wire : wires) wire.send("GET /login/slow HTTP/1.1\r\nHost: g\r\n\r\n");
            int answered = 0;
            int shed = 0;
            for (Wire wire : wires) {
                String answer = wire.answer();
                if (answer.startsWith("HTTP/1.1 200 ")) answered++;
                else {
                    assertThat(answer)
                            .startsWith("HTTP/1.1 503 ")
                            .contains("Retry-After: 1\r\n", "\"reason\":\"busy\"", "X-Request-Id: ", "nosniff");
                    shed++;
                }
            }
            assertThat(answered).isGreaterThanOrEqualTo(Turn.CROWD);
            assertThat(shed).isPositive();
            for (Wire wire : wires) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                wire.close();
            }
        }
    }

    @Test
    void a_turn_is_too_long_for_those_who_come_late_in_a_crowd_alone() {
        var tasks = new ArrayDeque<Runnable>();
        var turn = new Turn();
        long late = Turn.LONGEST.toNanos() + 1;
        assertThat(turn.isLate(tasks::add, 0)).isFalse();
        for (int i = 1; i < Turn.CROWD; i++)
            assertThat(turn.isLate(tasks::add, late)).isFalse();
        assertThat(turn.isLate(tasks::add, late - 1)).as("in time").isFalse();
        assertThat(turn.isLate(tasks::add, late)).isTrue();
        assertThat(turn.isLate()).isTrue();
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        assertThat(turn.isLate()).isFalse();
        assertThat(turn.isLate(tasks::add, late)).isFalse();
    }

    @Test
    void whoever_leaves_does_not_wait_any_more() throws Exception {
        var never = new CountDownLatch(1);
        try (var upstream = new RawUpstream(peer -> {
                    peer.request();
                    wait(never);
                });
                var gate = plan(upstream, MANY, MANY, MANY).open()) {
            for (int i = 0; i < 3; i++) {
                try (Wire wire = gate.call()) {
                    wire.send(GET);
                    upstream.received();
                }
            }
            await().until(() -> gate.crowd.waiting() == 0 && gate.crowd.connections() == 0);
            never.countDown();
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
