package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Ports;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.Balance;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.UpstreamSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("an API with several targets")
final class SeveralTargetsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: g\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\n\r\nabc";

    @Test
    void round_robin_gives_each_the_same() throws Exception {
        try (var a = named("a");
                var b = named("b");
                var c = named("c");
                var gate = TestGate.before(UpstreamPlan.of(a.origin(), b.origin(), c.origin()));
                var wire = gate.call()) {
            assertThat(counted(wire, 30)).isEqualTo(Map.of("a", 10, "b", 10, "c", 10));
        }
    }

    @Test
    void the_one_with_the_fewest_requests_under_way_is_next() throws Exception {
        var release = new CountDownLatch(1);
        try (var slow = new RawUpstream(peer -> {
                    peer.request();
                    awaited(release);
                    peer.send(RawUpstream.text("slow"));
                });
                var quick = named("quick");
                var gate = TestGate.before(
                        UpstreamPlan.of(slow.origin(), quick.origin()).balance(new Balance.LeastRequests()));
                var first = gate.call();
                var second = gate.call();
                var wire = gate.call()) {
            first.send(GET);
            second.send(GET);
            slow.received();
            for (int i = 0; i < 20; i++) {
                Eventually.holds(() -> gate.upstreams.view().get(0).underWay() == 1);
                assertThat(wire.send(GET).answer()).endsWith("quick");
            }
            release.countDown();
        }
    }

    @Test
    void a_web_socket_counts_as_a_request_under_way_for_as_long_as_it_is_open() throws Exception {
        String upgrade =
                "GET /a HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (var a = openingOrNamed("a");
                var b = openingOrNamed("b");
                var gate =
                        TestGate.before(UpstreamPlan.of(a.origin(), b.origin()).balance(new Balance.LeastRequests()));
                var wire = gate.call()) {
            try (var socket = gate.call()) {
                assertThat(socket.send(upgrade).answer()).startsWith("HTTP/1.1 101 ");
                assertThat(underWay(gate)).isEqualTo(1);
                assertThat(counted(wire, 20)).as("the one that has no socket").hasSize(1);
            }
            Eventually.holds(() -> underWay(gate) == 0);
            assertThat(counted(wire, 20)).as("equals take turns").hasSize(2);
        }
    }

    private static int underWay(TestGate gate) {
        return gate.upstreams.view().get(0).targets().stream()
                .mapToInt(UpstreamView.OfTarget::underWay)
                .sum();
    }

    private static RawUpstream openingOrNamed(String name) {
        return new RawUpstream(peer -> {
            for (String asked = peer.request(); asked != null; asked = peer.request()) {
                boolean upgrade = asked.contains("Upgrade: websocket");
                peer.send(
                        upgrade
                                ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                                : RawUpstream.text(name));
                if (upgrade) peer.isLeft();
            }
        });
    }

    @Test
    void the_same_value_of_a_field_goes_to_the_same_target() throws Exception {
        try (var a = named("a");
                var b = named("b");
                var c = named("c");
                var gate = TestGate.before(
                        UpstreamPlan.of(a.origin(), b.origin(), c.origin()).balance(new Balance.OfHeader("X-Tenant")));
                var wire = gate.call()) {
            var seen = new HashSet<String>();
            for (int tenant = 0; tenant < 60; tenant++) {
                String get = "GET /a HTTP/1.1\r\nHost: g\r\nX-Tenant: " + tenant + "\r\n\r\n";
                String one = body(wire.send(get).answer());
                for (int i = 0; i < 3; i++)
                    assertThat(body(wire.send(get).answer())).isEqualTo(one);
                seen.add(one);
            }
            assertThat(seen).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void the_same_user_goes_to_the_same_target() throws Exception {
        try (var a = named("a");
                var b = named("b");
                var gate = TestGate.plan()
                        .route(
                                "GET /**: login",
                                UpstreamPlan.of(a.origin(), b.origin())
                                        .balance(new Balance.OfUser())
                                        .upstream())
                        .open();
                var wire = gate.call()) {
            var seen = new HashSet<String>();
            for (int user = 0; user < 40; user++) {
                var mine = new HashSet<String>();
                for (int i = 0; i < 3; i++)
                    mine.add(body(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n" + gate.bearer("user-" + user) + "\r\n\r\n")
                            .answer()));
                assertThat(mine).hasSize(1);
                seen.addAll(mine);
            }
            assertThat(seen).hasSize(2);
        }
    }

    @Test
    void what_was_not_sent_is_sent_elsewhere_whatever_its_method() throws Exception {
        try (var alive = named("alive");
                var gate = TestGate.before(UpstreamPlan.of(nobody(), alive.origin()));
                var wire = gate.call()) {
            for (int i = 0; i < 10; i++)
                assertThat(wire.send(i % 2 == 0 ? POST : GET).answer()).endsWith("alive");
            assertThat(alive.requests.stream().filter(request -> request.startsWith("POST")))
                    .allMatch(request -> request.endsWith("abc"))
                    .hasSize(5);
        }
    }

    @Test
    void a_safe_request_that_broke_is_asked_elsewhere_and_one_that_changes_something_is_not() throws Exception {
        try (var broken = new RawUpstream(RawUpstream.Peer::request);
                var alive = named("alive");
                var gate = TestGate.before(UpstreamPlan.of(broken.origin(), alive.origin()));
                var wire = gate.call()) {
            for (int i = 0; i < 4; i++) assertThat(wire.send(GET).answer()).endsWith("alive");
        }
        try (var broken = new RawUpstream(RawUpstream.Peer::request);
                var other = new RawUpstream(RawUpstream.Peer::request);
                var gate = TestGate.before(UpstreamPlan.of(broken.origin(), other.origin()));
                var wire = gate.call()) {
            assertThat(wire.send(POST).answer()).startsWith("HTTP/1.1 502 ");
            assertThat(broken.requests.size() + other.requests.size()).isEqualTo(1);
        }
    }

    @Test
    void without_retries_a_failure_is_told() throws Exception {
        try (var gate = TestGate.before(UpstreamPlan.of(nobody(), nobody()).retry(0));
                var wire = gate.call()) {
            assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 502 ").contains("upstream_unreachable");
        }
    }

    @Test
    void a_target_that_fails_three_times_is_left_alone_for_a_while_and_then_tried_by_one_call() throws Exception {
        var well = new AtomicBoolean();
        try (var ill = new RawUpstream(peer -> {
                    while (peer.request() != null)
                        peer.send(
                                well.get() ? RawUpstream.text("ill") : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                });
                var alive = named("alive");
                var gate = TestGate.before(UpstreamPlan.of(ill.origin(), alive.origin()));
                var wire = gate.call()) {
            long began = System.nanoTime();
            for (int i = 0; i < 40; i++) wire.send(GET).answer();
            assertThat(ill.requests).hasSizeBetween(Ejection.ENOUGH, Ejection.ENOUGH + trialsSince(began));
            assertThat(gate.upstreams.view().get(0).targets()).anyMatch(target -> !target.in());

            well.set(true);
            Eventually.holds(() -> body(wire.send(GET).answer()).equals("ill"));
            assertThat(counted(wire, 10)).isEqualTo(Map.of("ill", 5, "alive", 5));
        }
    }

    @Test
    void when_all_are_bad_all_are_tried() throws Exception {
        try (var one = RawUpstream.answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                var two = RawUpstream.answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                var gate = TestGate.before(UpstreamPlan.of(one.origin(), two.origin()));
                var wire = gate.call()) {
            for (int i = 0; i < 40; i++) assertThat(wire.send(GET).answer()).startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void a_target_whose_health_check_fails_gets_nothing_until_it_is_well() throws Exception {
        var well = new AtomicBoolean();
        try (var ill = new RawUpstream(peer -> {
                    String request = peer.request();
                    while (request != null) {
                        boolean check = request.startsWith("GET /healthz ");
                        peer.send(
                                check && !well.get()
                                        ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
                                        : RawUpstream.text("ill"));
                        request = peer.request();
                    }
                });
                var alive = named("alive");
                var gate = TestGate.before(
                        UpstreamPlan.of(ill.origin(), alive.origin()).health(Duration.ofMillis(100)));
                var wire = gate.call()) {
            Eventually.holds(
                    () -> gate.upstreams.view().get(0).targets().stream().anyMatch(target -> !target.well()));
            assertThat(counted(wire, 10)).isEqualTo(Map.of("alive", 10));

            well.set(true);
            Eventually.holds(
                    () -> gate.upstreams.view().get(0).targets().stream().allMatch(UpstreamView.OfTarget::well));
            assertThat(counted(wire, 10)).isEqualTo(Map.of("alive", 5, "ill", 5));
        }
    }

    @Test
    void a_check_that_is_never_answered_is_a_bad_one() throws Exception {
        try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var alive = named("alive");
                var gate = TestGate.before(
                        UpstreamPlan.of(URI.create("http://127.0.0.1:" + deaf.getLocalPort()), alive.origin())
                                .health(Duration.ofMillis(100)));
                var wire = gate.call()) {
            Eventually.holds(
                    () -> gate.upstreams.view().get(0).targets().stream().anyMatch(target -> !target.well()));
            assertThat(counted(wire, 10)).isEqualTo(Map.of("alive", 10));
        }
    }

    @Test
    void what_is_known_of_a_target_survives_new_settings_that_name_it() throws Exception {
        try (var ill = RawUpstream.answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                var alive = named("alive");
                var third = named("third")) {
            UpstreamPlan two = UpstreamPlan.of(ill.origin(), alive.origin());
            try (var gate = TestGate.before(two);
                    var wire = gate.call()) {
                long began = System.nanoTime();
                for (int i = 0; i < 10; i++) wire.send(GET).answer();
                gate.swap(TestGate.plan().route("ANY /**: public", two.retry(3).upstream()));
                assertThat(gate.upstreams.view().get(0).targets().get(0).in()).isFalse();
                assertThat(counted(wire, 4)).containsEntry("alive", 4 - ill.requests.size() + Ejection.ENOUGH);
                gate.swap(TestGate.plan()
                        .route(
                                "ANY /**: public",
                                UpstreamPlan.of(ill.origin(), third.origin(), alive.origin())
                                        .upstream()));
                assertThat(gate.upstreams.view().get(0).targets().get(0).in()).isFalse();
                assertThat(counted(wire, 4)).containsKeys("alive", "third");
                assertThat(ill.requests).hasSizeBetween(Ejection.ENOUGH, Ejection.ENOUGH + trialsSince(began));
            }
        }
    }

    @Test
    void a_name_with_several_addresses_is_tried_at_each_of_them() throws Exception {
        try (var here = named("here");
                var gate = TestGate.before(UpstreamPlan.of(
                        URI.create("http://localhost:" + here.origin().getPort())));
                var wire = gate.call()) {
            for (int i = 0; i < 10; i++) assertThat(wire.send(GET).answer()).endsWith("here");
        }
    }

    @Test
    void a_url_alone_is_one_target_with_every_default() {
        var upstream = new Config.Upstream.Http(URI.create("http://127.0.0.1:9"));
        assertThat(upstream.settings()).isEqualTo(UpstreamSettings.of(URI.create("http://127.0.0.1:9")));
    }

    private static RawUpstream named(String name) {
        return RawUpstream.answering(RawUpstream.text(name));
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static Map<String, Integer> counted(Wire wire, int requests) {
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < requests; i++) counts.merge(body(wire.send(GET).answer()), 1, Integer::sum);
        return counts;
    }

    /** A target that is out is tried by one call after a second, and then after longer. */
    static int trialsSince(long began) {
        return (int) ((System.nanoTime() - began) / Ejection.SHORTEST);
    }

    private static URI nobody() {
        return URI.create("http://127.0.0.1:" + Ports.free());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
