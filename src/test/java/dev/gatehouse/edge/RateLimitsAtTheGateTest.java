package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.config.RateLimit.Per;
import dev.gatehouse.limits.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("limits at the gate")
final class RateLimitsAtTheGateTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-26T12:00:00Z"));
    private final InstantSource clock = now::get;
    private final RateLimits tables = new RateLimits(clock);
    private RawUpstream upstream;

    @BeforeEach
    void open() throws Exception {
        upstream = RawUpstream.ok();
    }

    @AfterEach
    void close() throws Exception {
        upstream.close();
    }

    private TestGate.Plan plan() {
        return TestGate.plan().tables(tables).trusting("127.0.0.0/8");
    }

    private static List<RateLimit> per(Per key, int count, Duration window, int burst) {
        return List.of(new RateLimit(count, window, key, burst));
    }

    private static List<RateLimit> twoAMinute(Per key) {
        return per(key, 2, Duration.ofMinutes(1), 2);
    }

    private static String get(TestGate gate, String path, String... fields) {
        return gate.call("GET " + path + " HTTP/1.1\nHost: g\n"
                + String.join("", Stream.of(fields).map(field -> field + "\n").toList()) + "\n");
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    private static String field(String answer, String name) {
        Matcher line = Pattern.compile("\r\n" + name + ": ([^\r]*)", Pattern.CASE_INSENSITIVE)
                .matcher(answer);
        return line.find() ? line.group(1) : "";
    }

    @Test
    @DisplayName(
            "draft-ietf-httpapi-ratelimit-headers-11: both fields on allowed answers, and on the 429 with Retry-After")
    void what_is_left_is_told_with_every_answer() throws Exception {
        try (TestGate gate = plan().limited(per(Per.IP, 120, Duration.ofMinutes(1), 3), List.of())
                .route("GET /a: public", upstream.origin())
                .open()) {
            String first = get(gate, "/a");
            assertThat(status(first)).isEqualTo(200);
            assertThat(field(first, "RateLimit-Policy")).isEqualTo("\"test\";q=120;w=60");
            assertThat(field(first, "RateLimit")).isEqualTo("\"test\";r=2;t=1");
            get(gate, "/a");
            assertThat(field(get(gate, "/a"), "RateLimit")).isEqualTo("\"test\";r=0;t=2");
            String refused = get(gate, "/a");
            assertThat(status(refused)).isEqualTo(429);
            assertThat(refused).contains("\"reason\":\"rate_limited\"");
            assertThat(field(refused, "Retry-After")).isEqualTo("1");
            assertThat(field(refused, "RateLimit")).isEqualTo("\"test\";r=0;t=2");
            now.updateAndGet(instant -> instant.plusMillis(500));
            assertThat(status(get(gate, "/a")))
                    .as("one of 120 a minute is back")
                    .isEqualTo(200);
            assertThat(status(get(gate, "/a"))).isEqualTo(429);
        }
    }

    @Test
    void the_fields_of_an_api_behind_a_limit_are_replaced_and_others_pass() throws Exception {
        try (var talkative = RawUpstream.answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nRateLimit: \"other\";r=9\r\n\r\n");
                TestGate gate = plan().route("GET /free: public", talkative.origin())
                        .limited(twoAMinute(Per.ROUTE), List.of())
                        .route("GET /a: public", talkative.origin())
                        .open()) {
            assertThat(field(get(gate, "/free"), "RateLimit")).isEqualTo("\"other\";r=9");
            assertThat(get(gate, "/a")).contains("RateLimit: \"test\";r=1;t=30").doesNotContain("other");
        }
    }

    @Test
    void the_limit_of_the_api_and_that_of_the_route_apply_both_and_a_refused_request_counts_for_neither()
            throws Exception {
        try (TestGate gate = plan().limited(per(Per.IP, 3, Duration.ofMinutes(1), 3), List.of())
                .route("GET /b: public", upstream.origin())
                .limited(per(Per.IP, 3, Duration.ofMinutes(1), 3), per(Per.IP, 1, Duration.ofMinutes(1), 1))
                .route("GET /a: public", upstream.origin())
                .open()) {
            String first = get(gate, "/a");
            assertThat(field(first, "RateLimit-Policy")).isEqualTo("\"test\";q=3;w=60, \"test GET /a\";q=1;w=60");
            assertThat(field(first, "RateLimit")).isEqualTo("\"test\";r=2;t=20, \"test GET /a\";r=0;t=60");
            for (int i = 0; i < 5; i++) assertThat(status(get(gate, "/a"))).isEqualTo(429);
            assertThat(status(get(gate, "/b"))).isEqualTo(200);
            assertThat(status(get(gate, "/b"))).isEqualTo(200);
            assertThat(status(get(gate, "/b"))).isEqualTo(429);
        }
    }

    @Test
    void an_address_is_refused_before_its_token_is_looked_at_and_a_user_only_after() throws Exception {
        try (TestGate gate = plan().limited(twoAMinute(Per.IP), List.of())
                .route("GET /ip: login", upstream.origin())
                .limited(twoAMinute(Per.USER), List.of())
                .route("GET /user: login", upstream.origin())
                .limited(twoAMinute(Per.CLIENT), List.of())
                .route("GET /client: role nobody", upstream.origin())
                .open()) {
            for (int i = 0; i < 2; i++)
                assertThat(status(get(gate, "/ip", "Authorization: Bearer a.b.c")))
                        .isEqualTo(401);
            assertThat(status(get(gate, "/ip", "Authorization: Bearer a.b.c"))).isEqualTo(429);
            assertThat(status(get(gate, "/ip", gate.bearer("alice")))).isEqualTo(429);
            for (int i = 0; i < 5; i++) {
                assertThat(status(get(gate, "/user", "Authorization: Bearer a.b.c")))
                        .isEqualTo(401);
                assertThat(status(get(gate, "/user"))).isEqualTo(401);
                assertThat(status(get(gate, "/client", gate.bearer("alice")))).isEqualTo(403);
            }
            assertThat(status(get(gate, "/user", gate.bearer("alice")))).isEqualTo(200);
            assertThat(status(get(gate, "/user", gate.bearer("alice")))).isEqualTo(200);
            assertThat(status(get(gate, "/user", gate.bearer("alice")))).isEqualTo(429);
            assertThat(status(get(gate, "/user", gate.bearer("bob"))))
                    .as("others are unaffected")
                    .isEqualTo(200);
        }
    }

    @Test
    void addresses_are_those_behind_trusted_proxies_and_ipv6_counts_by_64() throws Exception {
        try (TestGate gate = plan().limited(twoAMinute(Per.IP), List.of())
                .route("GET /a: public", upstream.origin())
                .open()) {
            for (int i = 1; i <= 2; i++)
                assertThat(status(get(gate, "/a", "X-Forwarded-For: 2001:db8:0:1::" + i)))
                        .isEqualTo(200);
            assertThat(status(get(gate, "/a", "X-Forwarded-For: 2001:db8:0:1:ffff::1")))
                    .isEqualTo(429);
            assertThat(status(get(gate, "/a", "X-Forwarded-For: 2001:db8:0:2::1")))
                    .isEqualTo(200);
            assertThat(status(get(gate, "/a", "X-Forwarded-For: 192.0.2.1"))).isEqualTo(200);
        }
        try (TestGate gate = TestGate.plan()
                .tables(new RateLimits(clock))
                .limited(twoAMinute(Per.IP), List.of())
                .route("GET /a: public", upstream.origin())
                .open()) {
            for (int i = 1; i <= 3; i++)
                assertThat(status(get(gate, "/a", "X-Forwarded-For: 192.0.2." + i)))
                        .isEqualTo(i < 3 ? 200 : 429);
        }
    }

    @Test
    void strangers_on_a_limit_per_user_are_counted_by_address_and_a_route_counts_everybody() throws Exception {
        try (TestGate gate = plan().limited(twoAMinute(Per.USER), List.of())
                .route("GET /a: public", upstream.origin())
                .limited(List.of(), twoAMinute(Per.ROUTE))
                .route("GET /b: public", upstream.origin())
                .route("GET /c: public", upstream.origin())
                .open()) {
            for (int i = 1; i <= 3; i++) {
                assertThat(status(get(gate, "/a", "X-Forwarded-For: 192.0.2.1")))
                        .isEqualTo(i < 3 ? 200 : 429);
                assertThat(status(get(gate, "/b", "X-Forwarded-For: 192.0.2." + i)))
                        .isEqualTo(i < 3 ? 200 : 429);
            }
            assertThat(status(get(gate, "/a", "X-Forwarded-For: 192.0.2.2"))).isEqualTo(200);
            assertThat(status(get(gate, "/c"))).as("a route of its own").isEqualTo(200);
        }
    }

    @Test
    void who_is_over_a_limit_stays_so_when_the_file_is_saved_unless_the_limit_changed() throws Exception {
        TestGate.Plan plan = plan().limited(twoAMinute(Per.IP), List.of()).route("GET /a: public", upstream.origin());
        try (TestGate gate = plan.open()) {
            for (int i = 0; i < 2; i++) get(gate, "/a");
            gate.swap(plan().limited(twoAMinute(Per.IP), List.of())
                    .route("GET /new: public", upstream.origin())
                    .route("GET /a: public", upstream.origin()));
            assertThat(status(get(gate, "/a"))).isEqualTo(429);
            gate.swap(plan().limited(per(Per.IP, 3, Duration.ofMinutes(1), 3), List.of())
                    .route("GET /a: public", upstream.origin()));
            assertThat(status(get(gate, "/a"))).isEqualTo(200);
        }
    }

    @Test
    void of_many_requests_at_once_over_several_event_loops_exactly_as_many_pass_as_the_limit_says() throws Exception {
        try (TestGate gate = plan().loops(3)
                .limited(per(Per.IP, 50, Duration.ofHours(1), 50), List.of())
                .route("GET /a: public", upstream.origin())
                .open()) {
            var passed = new AtomicInteger();
            IntStream.range(0, 120).parallel().forEach(i -> {
                if (status(get(gate, "/a")) == 200) passed.incrementAndGet();
            });
            assertThat(passed).hasValue(50);
        }
    }

    @Test
    void a_limit_does_not_count_preflights_and_is_readable_by_pages() throws Exception {
        try (TestGate gate = plan().cors("https://app.example")
                .limited(twoAMinute(Per.IP), List.of())
                .route("GET /a: public", upstream.origin())
                .open()) {
            for (int i = 0; i < 5; i++)
                assertThat(
                                gate.call(
                                        "OPTIONS /a HTTP/1.1\nHost: g\nOrigin: https://app.example\nAccess-Control-Request-Method: GET\n\n"))
                        .startsWith("HTTP/1.1 204 ");
            assertThat(field(get(gate, "/a", "Origin: https://app.example"), "Access-Control-Expose-Headers"))
                    .contains("RateLimit, RateLimit-Policy");
        }
    }
}
