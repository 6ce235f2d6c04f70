package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.TestTokens;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(QuietVertx.class)
@DisplayName("ED04 tokens at the gate")
final class TokensAtTheGateTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        var plan = TestGate.plan();
        for (String line : new String[] {
            "ANY /login-only: login",
            "OPTIONS /options: login",
            "GET /public: public",
            "GET /scope: scope data:write and scope data:admin",
            "GET /has-scope: scope data:read",
            "GET /role: role support",
            "GET /deny: deny",
            "GET /home: ip 127.0.0.0/8",
            "GET /elsewhere: ip 192.0.2.0/24",
            "GET /elsewhere-or-login: ip 192.0.2.0/24 or login",
            "GET /not-login: not login",
            "GET /mfa: mfa within 15m",
            "GET /service: service",
            "GET /name/{who}: claim preferred_username = {who}"
        }) plan.route(line, upstream.origin());
        gate = plan.open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static String get(String path, String... fields) {
        return gate.call("GET " + path + " HTTP/1.1\nHost: g\n"
                + String.join("", Stream.of(fields).map(field -> field + "\n").toList()) + "\n");
    }

    @Test
    @DisplayName("RFC 6750 3.1: who shows nothing is asked to, without an error")
    void nobody_is_asked_to_sign_in() {
        assertThat(get("/login-only"))
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer realm=\"gatehouse\"\r\n", "login_required")
                .doesNotContain("error=");
        assertThat(get("/login-only", "X-Requested-With: XMLHttpRequest")).contains("WWW-Authenticate: Bearer");
    }

    @Test
    @DisplayName("RFC 6750 3.1: credentials of another kind are no token")
    void other_schemes_are_no_token() {
        assertThat(get("/login-only", "Authorization: Basic eDp5"))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("error=");
        assertThat(get("/home", "Authorization: Basic eDp5")).startsWith("HTTP/1.1 200 ");
    }

    static Stream<String> badTokens() {
        return Stream.of(
                "Bearer nonsense",
                "Bearer a.b.c",
                "Bearer a.b.c.d",
                "Bearer a.b.c.d.e",
                "Bearer a b",
                "Bearer  a.b.c",
                "Bearer a.b.c,",
                "Bearer \"a.b.c\"",
                "Bearer \u00e9\u00e8.b.c",
                "Bearer ",
                "Bearer",
                "bearer a.b.c",
                "BEARER a.b.c",
                "a.b.c",
                "Bearer=a.b.c",
                "Bearer\ta.b.c",
                "Bearer eyJhbGciOiJub25lIn0.e30.",
                "Bearer ..",
                "Bearer .",
                "Bearer %00",
                "Bearer " + "a".repeat(16 * 1024 + 1));
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    @DisplayName("JWTAuthHandler's 400 and 401 alike: 401 invalid_token, cold and warm")
    void a_bad_token_is_401(String field) {
        for (int i = 0; i < 2; i++) {
            assertThat(get("/login-only", "Authorization: " + field))
                    .startsWith("HTTP/1.1 401 ")
                    .contains(
                            "WWW-Authenticate: Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"",
                            "\"reason\":\"invalid_token\"");
        }
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    void a_bad_token_is_401_even_where_nobody_would_pass() {
        assertThat(get("/home", "Authorization: Bearer a.b.c")).startsWith("HTTP/1.1 401 ");
        assertThat(get("/deny", "Authorization: Bearer a.b.c")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void public_never_looks_at_tokens() throws Exception {
        assertThat(get("/public", "Authorization: Bearer a.b.c")).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).doesNotContain("a.b.c");
    }

    /** Without a token: pass, 403 where no token could help, else 401. */
    static Stream<Arguments> nobody() {
        return Stream.of(
                Arguments.of("/home", 200),
                Arguments.of("/not-login", 200),
                Arguments.of("/deny", 403),
                Arguments.of("/elsewhere", 403),
                Arguments.of("/elsewhere-or-login", 401),
                Arguments.of("/scope", 401),
                Arguments.of("/role", 401),
                Arguments.of("/mfa", 401),
                Arguments.of("/service", 401),
                Arguments.of("/name/alice", 401));
    }

    @ParameterizedTest
    @MethodSource("nobody")
    void a_caller_without_a_token_is_judged_by_the_rule(String path, int status) {
        String answer = get(path);
        upstream.requests.clear();

        assertThat(answer).startsWith("HTTP/1.1 " + status);
        assertThat(answer.contains("WWW-Authenticate")).isEqualTo(status == 401);
    }

    @Test
    @DisplayName("RFC 6750 3.1: a missing scope is named, in the challenge too")
    void a_missing_scope_is_named() {
        assertThat(get("/scope", gate.bearer("u_1")))
                .startsWith("HTTP/1.1 403 ")
                .contains(
                        "WWW-Authenticate: Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"",
                        "data:admin",
                        "scope_missing");
    }

    @Test
    void a_missing_role_is_not_named() {
        assertThat(get("/role", gate.bearer("u_1")))
                .startsWith("HTTP/1.1 403 ")
                .contains("role_missing")
                .doesNotContain("support", "WWW-Authenticate");
    }

    @Test
    @DisplayName("RFC 9470 3: an old sign-in is asked for again")
    void step_up_is_401() {
        assertThat(get("/mfa", gate.bearer("u_1")))
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"insufficient_user_authentication\"", "max_age=\"900\"", "step_up_required");
    }

    @Test
    void path_variables_are_compared_with_claims() {
        assertThat(get("/name/name-of-u_1", gate.bearer("u_1"))).startsWith("HTTP/1.1 200 ");
        assertThat(get("/name/name-of-u_2", gate.bearer("u_1"))).startsWith("HTTP/1.1 403 ");
        upstream.requests.clear();
    }

    @Test
    @DisplayName("vertx-web lets an OPTIONS request that announces an authorization header pass unseen; we do not")
    void options_with_an_announced_authorization_is_judged() throws Exception {
        String request = "OPTIONS /options HTTP/1.1\nHost: g\nAccess-Control-Request-Headers: Authorization\n";
        assertThat(gate.call(request + "\n")).startsWith("HTTP/1.1 401 ");
        assertThat(gate.call(request + "Authorization: Bearer a.b.c\n\n"))
                .startsWith("HTTP/1.1 401 ")
                .contains("invalid_token");
        assertThat(upstream.requests).isEmpty();
        assertThat(gate.call(request + gate.bearer("u_1") + "\n\n")).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).contains("X-Gatehouse-Subject: u_1");
    }

    @Test
    void options_is_forwarded_where_a_route_names_it_and_the_rule_agrees() throws Exception {
        assertThat(gate.call("OPTIONS /options HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).startsWith("OPTIONS /options ");
        assertThat(gate.call("OPTIONS /login-only HTTP/1.1\nHost: g\n" + gate.bearer("u_1") + "\n\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    @DisplayName("order of answers: 400, 404, 405, 401, 403")
    void answers_have_an_order() {
        assertThat(get("/login-only%2f", "Authorization: Bearer a.b.c")).startsWith("HTTP/1.1 400 ");
        assertThat(get("/nowhere", "Authorization: Bearer a.b.c"))
                .startsWith("HTTP/1.1 404 ")
                .contains("no_route");
        assertThat(gate.call("POST /scope HTTP/1.1\nHost: g\nAuthorization: Bearer a.b.c\nContent-Length: 0\n\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD\r\n");
        assertThat(gate.call("TRACE /login-only HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n");
        assertThat(get("/scope", "Authorization: Bearer a.b.c")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    @DisplayName("ED09 one caller's token never answers for another's")
    void callers_are_not_mixed_up() throws Exception {
        try (Wire wire = gate.call()) {
            for (int i = 0; i < 20; i++) {
                String who = "mixed_" + i % 3;
                wire.send("GET /has-scope HTTP/1.1\r\nHost: g\r\n" + gate.bearer(who) + "\r\n\r\n")
                        .answer();
                assertThat(upstream.received())
                        .contains("X-Gatehouse-Subject: " + who + "\r\n", "X-Gatehouse-User: name-of-" + who + "\r\n");
                assertThat(wire.send("GET /has-scope HTTP/1.1\r\nHost: g\r\n\r\n")
                                .answer())
                        .startsWith("HTTP/1.1 401 ");
                wire.send("GET /home HTTP/1.1\r\nHost: g\r\n\r\n").answer();
                assertThat(upstream.received()).doesNotContain("X-Gatehouse-");
            }
        }
    }

    private static final int FORGERIES_AT_ONCE = 200;

    /** Many times what one address may send in a minute, for a machine on which that takes longer. */
    private static final int MOST_BATCHES = 100;

    @Test
    @DisplayName("a flood of forgeries is refused unread; a token known to be good passes")
    void forgeries_are_refused_unread() throws Exception {
        try (var own = RawUpstream.ok();
                var flooded = TestGate.plan()
                        .route("GET /a: login", own.origin())
                        .route("GET /b: public", own.origin())
                        .open();
                var wire = flooded.call()) {
            String known = flooded.bearer("known");
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n" + known + "\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 200 ");
            String forged = "GET /a HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer a.b.c\r\n\r\n";
            String answer = "";
            for (int batch = 0; batch < MOST_BATCHES && !answer.startsWith("HTTP/1.1 429 "); batch++) {
                wire.send(forged.repeat(FORGERIES_AT_ONCE));
                for (int i = 0; i < FORGERIES_AT_ONCE; i++) answer = wire.answer();
            }
            assertThat(answer).startsWith("HTTP/1.1 429 ").contains("Retry-After: ", "too_many_attempts");
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n" + known + "\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 200 ");
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 401 ");
            assertThat(wire.send("GET /b HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    @DisplayName("I5 when the database has been away for too long only public routes go on")
    void without_the_database_only_public_routes_go_on() throws Exception {
        try (var own = RawUpstream.ok();
                var gone = TestGate.plan()
                        .databaseGone()
                        .route("GET /a: login", own.origin())
                        .route("GET /b: public", own.origin())
                        .open()) {
            assertThat(gone.call("GET /a HTTP/1.1\nHost: g\n" + gone.bearer("u_1") + "\n\n"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ", "database_unavailable");
            assertThat(gone.call("GET /b HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void dev_mode_names_the_clause_to_callers_on_this_machine() throws Exception {
        try (var own = RawUpstream.ok();
                var dev = TestGate.plan()
                        .devMode()
                        .trusting("127.0.0.0/8")
                        .route("GET /a: login and role support", own.origin())
                        .open()) {
            String request = "GET /a HTTP/1.1\nHost: g\n" + dev.bearer("u_1") + "\n";
            assertThat(dev.call(request + "\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("`role support`", "gatehouse.yaml:1");
            assertThat(dev.call(request + "X-Forwarded-For: 192.0.2.1\n\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .doesNotContain("support");
        }
    }

    @Test
    void a_request_finishes_on_the_settings_it_began_with() throws Exception {
        try (var own = RawUpstream.ok();
                var changing =
                        TestGate.plan().route("GET /a: public", own.origin()).open();
                var wire = changing.call()) {
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200 ");
            changing.swap(TestGate.plan().route("GET /b: public", own.origin()));
            assertThat(wire.send("GET /a HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 404 ");
            assertThat(wire.send("GET /b HTTP/1.1\r\nHost: g\r\n\r\n").answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    @DisplayName("TK table: every bad token is 401 invalid_token, cold and warm, and reaches no API")
    void the_whole_table_of_bad_tokens() throws Exception {
        try (var own = RawUpstream.ok();
                var fresh = TestGate.plan().route("GET /a: login", own.origin()).open();
                var wire = fresh.call()) {
            for (var bad : fresh.tokens.badTokens().all()) {
                if (bad.token().chars().anyMatch(c -> c < 0x20 || c > 0xff)
                        || bad.token().length() > TestTokens.LONGEST) continue;
                for (int i = 0; i < 2; i++) {
                    String answer = wire.send(
                                    "GET /a HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + bad.token() + "\r\n\r\n")
                            .answer();
                    assertThat(answer)
                            .as(bad.name())
                            .startsWith("HTTP/1.1 401 ")
                            .contains("error=\"invalid_token\"");
                }
            }
            assertThat(own.requests).isEmpty();
        }
    }

    @Test
    @DisplayName("RFC 9449 7.1: a token that is bound to a key is no bearer token, cold and warm")
    void a_bound_token_is_no_bearer_token() {
        var usual = TestTokens.grant("u_bound");
        var bound = new AccessGrant(
                usual.subject(),
                usual.client(),
                usual.session(),
                usual.username(),
                usual.audience(),
                usual.scopes(),
                usual.roles(),
                usual.groups(),
                usual.more(),
                usual.lifetime(),
                usual.grant(),
                Optional.of("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"));
        String token = gate.tokens.tokens.mint().mint(bound, gate.tokens.now).token();
        for (int i = 0; i < 2; i++)
            assertThat(get("/login-only", "Authorization: Bearer " + token))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("error=\"invalid_token\"", "bound to a key");
        assertThat(get("/public", "Authorization: Bearer " + token)).startsWith("HTTP/1.1 200 ");
    }
}
