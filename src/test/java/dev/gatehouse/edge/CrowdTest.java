package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.CrowdLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
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
    @DisplayName(
            "of the files that the system grants callers leave an eighth to APIs, and APIs take no more than there are")
    void files() throws Exception {
        var crowd = new Crowd(16);
        var limits = new CrowdLimits(MANY, MANY, MANY);
        InetAddress one = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 14; i++) assertThat(crowd.enter(one, false, limits)).isTrue();
        assertThat(crowd.enter(one, false, limits)).isFalse();
        crowd.leave(one);
        assertThat(crowd.mayCall()).isTrue();
        assertThat(crowd.mayCall()).isTrue();
        assertThat(crowd.mayCall()).isFalse();
        crowd.leave(one);
        assertThat(crowd.enter(one, false, limits))
                .as("APIs have what they need of the others'")
                .isFalse();
        crowd.leave(one);
        crowd.hungUp();
        crowd.hungUp();
        assertThat(crowd.enter(one, false, limits)).isTrue();
        assertThat(Files.left(1024, 150)).isEqualTo(774);
        assertThat(Files.left(200, 150)).isPositive();
        assertThat(Files.left(-1, 150)).as("no limit").isEqualTo(Long.MAX_VALUE);
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
            List<Wire> wires = comeInOneTurn(gate, "GET /login/slow?code=secret HTTP/1.1\r\nHost: g\r\n\r\n");
            int answered = 0;
            int shed = 0;
            for (Wire wire : wires) {
                String answer = wire.answer();
                if (answer.startsWith("HTTP/1.1 200 ")) answered++;
                else {
                    assertThat(answer)
                            .startsWith("HTTP/1.1 503 ")
                            .contains("Retry-After: 1\r\n", "\"reason\":\"busy\"", "nosniff");
                    String id = answer.replaceAll("(?s).*X-Request-Id: ([0-9A-Z]{26})\r\n.*", "$1");
                    assertThat(answer).contains("\"request_id\":\"" + id + "\"");
                    shed++;
                }
            }
            assertThat(answered).isGreaterThanOrEqualTo(Turn.BURST.crowd());
            assertThat(shed).isPositive();
            for (Wire wire : wires) {
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                wire.close();
            }
            assertThat(gate.closedLog().lines().filter(line -> line.contains("\"status\":503")))
                    .hasSize(shed)
                    .allMatch(line -> line.contains("\"path\":\"/login/slow\"") && !line.contains("secret"));
        }
    }

    @Test
    @DisplayName("a body whose request was turned away is no request (RFC 9112 §9.3): the connection goes on behind it")
    void bodies_of_those_who_have_waited() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan(upstream, 1000, 1000, 1000).open()) {
            String body = "GET /smuggled HTTP/1.1\r\nHost: g\r\n\r\n";
            List<Wire> wires = comeInOneTurn(
                    gate,
                    "POST /login/slow HTTP/1.1\r\nHost: g\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body.substring(0, 10));
            int shed = 0;
            for (Wire wire : wires) {
                String answer = wire.answer();
                if (answer.startsWith("HTTP/1.1 503 ")) shed++;
                wire.send(body.substring(10));
                assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 200 ");
                assertThat(upstream.received()).startsWith("GET /x ");
                wire.close();
            }
            assertThat(shed).isPositive();
        }
    }

    @Test
    @DisplayName(
            "a body that never comes keeps the connection for no longer than `idle_timeout` where its request has been answered or turned away")
    void bodies_that_never_come() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = TestGate.plan()
                        .limits(Limits.idle(Duration.ofSeconds(5)))
                        .route("ANY /**: public", upstream.origin())
                        .open()) {
            List<Wire> wires =
                    comeInOneTurn(gate, "POST /login/slow HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\nab");
            boolean shed = false;
            for (Wire wire : wires) shed |= wire.answer().startsWith("HTTP/1.1 503 ");
            assertThat(shed).isTrue();
            for (Wire wire : wires) assertThat(wire.rest()).isEmpty();
        }
    }

    /** All of them are there before the event loop looks at the second. */
    private static List<Wire> comeInOneTurn(TestGate gate, String request) throws InterruptedException {
        var wires = new ArrayList<Wire>();
        for (int i = 0; i < Turn.BURST.crowd() + 60; i++) wires.add(gate.call());
        await().until(() -> gate.crowd.connections() == wires.size());
        Wire first = gate.call().send("GET /login/held HTTP/1.1\r\nHost: g\r\n\r\n");
        assertThat(gate.standsStill.await(10, TimeUnit.SECONDS)).isTrue();
        for (Wire wire : wires) wire.send(request);
        arrive();
        gate.release.countDown();
        assertThat(first.answer()).startsWith("HTTP/1.1 200 ");
        first.close();
        return wires;
    }

    @Test
    void streams_of_http_2_are_turned_away_like_everybody_who_has_waited() throws Exception {
        try (var upstream = RawUpstream.ok();
                var gate = plan(upstream, MANY, MANY, 1000)
                        .door(Http2RequestsTest.H2C)
                        .open();
                Wire held = gate.call();
                Wire2 first = Wire2.to(gate.port());
                Wire2 second = Wire2.to(gate.port())) {
            for (Wire2 wire : List.of(first, second))
                assertThat(wire.get(1, "/x").outcome(1)).startsWith("200");
            held.send("GET /login/held HTTP/1.1\r\nHost: g\r\n\r\n");
            assertThat(gate.standsStill.await(10, TimeUnit.SECONDS)).isTrue();
            for (Wire2 wire : List.of(first, second))
                for (int i = 1; i <= GatewayVerticle.STREAMS; i++) wire.get(1 + 2 * i, "/login/slow");
            arrive();
            gate.release.countDown();
            List<String> statuses = new ArrayList<>(statuses(first));
            statuses.addAll(statuses(second));
            assertThat(statuses).containsOnly("200", "503");
            assertThat(statuses.stream().filter("200"::equals).count()).isGreaterThanOrEqualTo(Turn.BURST.crowd() - 1);
            int next = 1 + 2 * (GatewayVerticle.STREAMS + 1);
            for (Wire2 wire : List.of(first, second))
                assertThat(wire.get(next, "/x").outcome(next)).startsWith("200");
        }
    }

    /** A kernel that has much to do brings what was sent a little later, even to the same machine. */
    private static void arrive() throws InterruptedException {
        Thread.sleep(500);
    }

    private static List<String> statuses(Wire2 wire) {
        var statuses = new ArrayList<String>();
        for (int ended = 0; ended < GatewayVerticle.STREAMS; ) {
            Wire2.Frame frame = Objects.requireNonNull(wire.next());
            if (frame.type() == Wire2.HEADERS)
                statuses.add(frame.fields().status().toString());
            if (frame.ends()) ended++;
        }
        return statuses;
    }

    /** Turns of an event loop whose clock the test moves. */
    private static final class Turns {
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        final Turn turn = new Turn(tasks::add);
        private Duration now = Duration.ofDays(1);

        /** How many of {@code requests}, one every {@code each}, are turned away in one turn. */
        int late(int requests, Duration each) {
            int late = 0;
            for (int i = 0; i < requests; i++) {
                if (turn.isLate(now.toNanos())) late++;
                assertThat(tasks).hasSize(1);
                now = now.plus(each);
            }
            tasks.remove().run();
            assertThat(turn.isLate()).isFalse();
            return late;
        }

        void pause(Duration length) {
            now = now.plus(length);
        }
    }

    @Test
    void a_burst_may_take_long_and_what_comes_later_still_is_turned_away_where_it_is_a_crowd() {
        Duration slow = Turn.BURST.longest().plusNanos(1);
        assertThat(new Turns().late(Turn.BURST.crowd(), slow)).isZero();
        assertThat(new Turns().late(Turn.BURST.crowd() + 1, slow)).isEqualTo(1);
        Duration just = Turn.BURST.longest().dividedBy(200);
        assertThat(new Turns().late(201, just)).isZero();
        assertThat(new Turns().late(202, just)).isEqualTo(1);
    }

    @Test
    void where_more_comes_than_can_be_done_turns_are_kept_shorter_until_one_is_short_by_itself() {
        var turns = new Turns();
        Duration each = Duration.ofMillis(2);
        for (int i = 0; i < 3; i++)
            assertThat(turns.late(100, each)).as("burst").isZero();
        assertThat(turns.late(100, each)).as("overload").isEqualTo(49);
        assertThat(turns.late(Turn.OVERLOAD.crowd(), Turn.OVERLOAD.longest())).isZero();
        assertThat(turns.late(100, each)).as("burst").isZero();
    }

    @Test
    void bursts_with_a_pause_between_them_are_no_overload() {
        var turns = new Turns();
        for (int i = 0; i < 10; i++) {
            assertThat(turns.late(100, Duration.ofMillis(2))).isZero();
            turns.pause(Turn.PATIENCE.multipliedBy(2));
        }
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
