package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.config.RateLimit.Per;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(QuietVertx.class)
@DisplayName("/_gate/check: other gateways ask")
final class ForwardAuthTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        var plan = TestGate.plan().trusting("127.0.0.0/8").cors("https://app.example");
        for (String line : new String[] {
            "GET /open: public",
            "ANY /mine: login",
            "POST /write: login",
            "GET /scope: scope data:admin",
            "GET /role: role auditor",
            "GET /home/{who}: claim preferred_username = {who}",
            "GET /net: ip 192.0.2.0/24",
            "ANY /all/**: public"
        }) plan.route(line, upstream.origin());
        plan.limited(List.of(), List.of(new RateLimit(1, Duration.ofHours(1), Per.IP, 1)))
                .route("GET /seldom: public", upstream.origin());
        gate = plan.open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static String ask(String path, String... fields) {
        return gate.call("GET " + path + " HTTP/1.1\nHost: g\n"
                + String.join("", Stream.of(fields).map(field -> field + "\n").toList()) + "\n");
    }

    private static String[] traefik(String method, String uri, String... more) {
        return Stream.concat(
                        Stream.of(
                                "X-Forwarded-Method: " + method,
                                "X-Forwarded-Uri: " + uri,
                                "X-Forwarded-Host: app.example",
                                "X-Forwarded-Proto: https"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static String[] nginx(String method, String uri, String... more) {
        return Stream.concat(Stream.of("X-Original-Method: " + method, "X-Original-URI: " + uri), Stream.of(more))
                .toArray(String[]::new);
    }

    private static String envoy(String method, String uri, String... fields) {
        return gate.call(method + " /_gate/check" + uri + " HTTP/1.1\nHost: app.example\nContent-Length: 0\n"
                + String.join("", Stream.of(fields).map(field -> field + "\n").toList()) + "\n");
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @Test
    void a_caller_who_may_is_a_yes_with_who_it_is_and_nobody_is_called() {
        String token = gate.bearer("alice");
        for (String answer : List.of(
                ask("/_gate/check", traefik("GET", "/mine?a=1", token)),
                ask("/_gate/check", nginx("GET", "/mine?a=1", token)),
                ask("/_gate/check", "X-Original-Method: GET", "X-Original-URL: https://app.example/mine?a=1", token),
                envoy("GET", "/mine?a=1", token))) {
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains("X-Gatehouse-Subject: alice\r\n", "Cache-Control: no-store\r\n", "X-Request-Id: ")
                    .doesNotContainIgnoringCase("vary: authorization")
                    .endsWith("\r\n\r\n");
        }
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    @DisplayName("a client's own identity fields are never echoed; what we do not know is said to be empty")
    void identity_is_ours_alone() {
        for (String answer : List.of(
                ask("/_gate/check", traefik("GET", "/open", "X-Gatehouse-User: root", "X-Gatehouse-Roles: admin")),
                ask("/_gate/check", nginx("GET", "/open", "X-Gatehouse-User: root", "x_gatehouse_subject: root"))))
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 ")
                    .contains(
                            "X-Gatehouse-Subject: \r\n",
                            "X-Gatehouse-User: \r\n",
                            "X-Gatehouse-Client: \r\n",
                            "X-Gatehouse-Scopes: \r\n",
                            "X-Gatehouse-Roles: \r\n",
                            "X-Gatehouse-Identity: \r\n")
                    .doesNotContain("root", "admin");
    }

    @Test
    void the_method_and_the_path_are_those_of_the_original_request() {
        String token = gate.bearer("alice");
        assertThat(status(ask("/_gate/check", traefik("POST", "/write", token))))
                .isEqualTo(200);
        assertThat(status(ask("/_gate/check", traefik("GET", "/write", token)))).isEqualTo(405);
        assertThat(status(envoy("POST", "/write", token))).isEqualTo(200);
        assertThat(status(envoy("GET", "/write", token))).isEqualTo(405);
        assertThat(status(ask("/_gate/check", traefik("GET", "/home/name-of-alice", token))))
                .isEqualTo(200);
        assertThat(status(ask("/_gate/check", traefik("GET", "/home/mallory", token))))
                .isEqualTo(403);
        assertThat(status(ask("/_gate/check", traefik("GET", "/net", "X-Forwarded-For: 192.0.2.7"))))
                .isEqualTo(200);
        assertThat(status(ask("/_gate/check", traefik("GET", "/net", "X-Forwarded-For: 198.51.100.7"))))
                .isEqualTo(403);
    }

    @Test
    @DisplayName("RFC 6750 3: 401 and 403 with their challenges, as at the edge itself")
    void refusals_are_those_of_the_edge() {
        assertThat(ask("/_gate/check", traefik("GET", "/mine")))
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer realm=\"gatehouse\"\r\n", "login_required");
        assertThat(ask("/_gate/check", nginx("GET", "/mine", "Authorization: Bearer a.b.c")))
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"");
        assertThat(ask("/_gate/check", traefik("GET", "/scope", gate.bearer("alice"))))
                .startsWith("HTTP/1.1 403 ")
                .contains("insufficient_scope");
    }

    @Test
    @DisplayName("nginx knows 401 and 403 alone, so whatever else would be said is one of these")
    void nginx_hears_what_it_understands() {
        assertThat(status(ask("/_gate/check", nginx("GET", "/nowhere")))).isEqualTo(403);
        assertThat(status(ask("/_gate/check", nginx("PUT", "/write")))).isEqualTo(403);
        assertThat(status(ask("/_gate/check", nginx("GET", "/role", gate.bearer("alice")))))
                .isEqualTo(403);
        assertThat(status(ask("/_gate/check", traefik("GET", "/nowhere")))).isEqualTo(404);
    }

    @Test
    void limits_are_asked_as_well() {
        assertThat(ask("/_gate/check", traefik("GET", "/seldom", "X-Forwarded-For: 192.0.2.1")))
                .startsWith("HTTP/1.1 200 ")
                .contains("RateLimit: \"test GET /seldom\";r=0;t=3600\r\n");
        assertThat(ask("/_gate/check", traefik("GET", "/seldom", "X-Forwarded-For: 192.0.2.1")))
                .startsWith("HTTP/1.1 429 ")
                .contains("Retry-After: ");
        assertThat(status(ask("/_gate/check", nginx("GET", "/seldom", "X-Forwarded-For: 192.0.2.1"))))
                .isEqualTo(403);
    }

    static Stream<String[]> unclear() {
        return Stream.of(
                new String[] {},
                new String[] {"X-Forwarded-Uri: /open", "X-Forwarded-Host: a"},
                new String[] {"X-Forwarded-Method: GET", "X-Forwarded-Host: a"},
                new String[] {"X-Forwarded-Method: GET", "X-Forwarded-Uri: /open"},
                new String[] {"X-Original-URI: /open"},
                new String[] {"X-Original-Method: GET"},
                traefik("GET", "/open", "X-Original-URI: /open"),
                traefik("GET", "/open", "X-Original-URL: https://a/open"),
                nginx("GET", "/open", "X-Forwarded-Uri: /mine"),
                nginx("GET", "/open", "X-Original-URI: /mine"),
                nginx("GET", "/open", "X-Original-Method: POST"),
                traefik("GET", "/open", "X-Forwarded-Method: GET"),
                traefik("GET", "/open", "X-Forwarded-Host: b"),
                traefik("get", "/open"),
                traefik("GET POST", "/open"),
                traefik("", "/open"),
                traefik("GET", ""),
                traefik("GET", "open"),
                traefik("GET", "https://a/open"),
                nginx("GET", "https://a/open"),
                new String[] {"X-Original-Method: GET", "X-Original-URL: /open"},
                new String[] {"X-Original-Method: GET", "X-Original-URL: https://a"},
                new String[] {"X-Forwarded-Method: GET", "X-Forwarded-Uri: /open", "X-Forwarded-Host: a b"},
                new String[] {"X-Forwarded-Method: GET", "X-Forwarded-Uri: /open", "X-Forwarded-Host: a, b"},
                traefik("CONNECT", "/open"),
                traefik("GET", "/all/../open"),
                traefik("GET", "/all/%2e%2e/open"),
                traefik("GET", "/all/./x"),
                traefik("GET", "/all//x"),
                traefik("GET", "/all/%41"),
                traefik("GET", "/all/..;/mine"),
                traefik("GET", "/all/%2fmine"),
                traefik("GET", "/all/\\mine"),
                traefik("GET", "/all/%00"),
                traefik("GET", "/all/%c0%af"));
    }

    @Test
    @DisplayName(
            "ED02 an original request that is missing, told twice, or to be read in two ways is 400 and never a yes")
    void unclear_is_400() {
        unclear().forEach(fields -> assertThat(status(ask("/_gate/check", fields)))
                .as(String.join(" | ", fields))
                .isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../open",
                "/all/../../open",
                "/../../open",
                "/all/../x",
                "/all/%2e%2e/x",
                "/%2e%2e/open",
                "?x=1",
                "/..",
                "//open",
                "/all/%2Fx"
            })
    @DisplayName("ED02 Envoy: what follows the prefix is the original address as it came, and never leads out of it")
    void the_suffix_is_not_resolved(String suffix) {
        assertThat(status(envoy("GET", suffix, "X-No: thing"))).isEqualTo(400);
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    void the_suffix_and_a_field_are_two_accounts() {
        assertThat(status(envoy("GET", "/open", "X-Forwarded-Uri: /mine"))).isEqualTo(400);
        assertThat(status(envoy("GET", "/open", "X-Original-URI: /mine"))).isEqualTo(400);
    }

    @Test
    void one_byte_past_the_longest_address_is_no_yes() {
        int most = TestGate.LIMITS.uriSize();
        String fits = "/all/" + "x".repeat(most - 5);
        assertThat(status(ask("/_gate/check", traefik("GET", fits)))).isEqualTo(200);
        assertThat(status(ask("/_gate/check", traefik("GET", fits + "x")))).isEqualTo(414);
    }

    @Test
    @DisplayName("the gate's own addresses are no API's, and a preflight is not answered here: a yes would forward it")
    void no_yes_for_what_no_route_lists() {
        for (String path : List.of("/login", "/oauth/token", "/_gate/check", "/", "/nowhere"))
            assertThat(status(ask("/_gate/check", traefik("GET", path))))
                    .as(path)
                    .isEqualTo(404);
        assertThat(status(ask(
                        "/_gate/check",
                        traefik(
                                "OPTIONS",
                                "/mine",
                                "Origin: https://app.example",
                                "Access-Control-Request-Method: GET"))))
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/_gate/./check", "/_gate/%63heck", "/x/../_gate/check", "/_gate/checks", "http://g/_gate/check"
            })
    void other_spellings_of_the_address_are_not_the_address(String path) {
        assertThat(ask(path, traefik("GET", "/open"))).doesNotContain("X-Gatehouse-");
    }

    @Test
    void only_trusted_proxies_may_ask() throws Exception {
        try (TestGate stranger = TestGate.plan()
                .trusting("192.0.2.0/24")
                .route("GET /open: public", upstream.origin())
                .open()) {
            assertThat(stranger.call("GET /_gate/check HTTP/1.1\nHost: g\n"
                            + String.join("\n", traefik("GET", "/open", "X-Forwarded-For: 192.0.2.1")) + "\n\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("network_not_allowed");
        }
    }
}
