package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.QuietVertx;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.vocabulary.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("RFC 9470 what a route wants of a sign-in")
final class StepUpAtTheGateTest {
    private static RawUpstream upstream;
    private static TestGate gate;

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .route("GET /any: login", upstream.origin())
                .stepUp(Duration.ofMinutes(5))
                .route("GET /recent: login", upstream.origin())
                .route("GET /both: mfa within 1m", upstream.origin())
                .route("GET /home: ip 127.0.0.0/8", upstream.origin())
                .route("GET /scope: scope data:admin", upstream.origin())
                .route("GET /deny: deny", upstream.origin())
                .stepUp(null, "gold", "silver")
                .route("GET /kind: login", upstream.origin())
                .stepUp(Duration.ofMinutes(5), "gold")
                .route("GET /strict: login", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static String signedIn(long secondsAgo, String acr) {
        return token("u_1", "gatehouse", Map.of("auth_time", Instant.now().getEpochSecond() - secondsAgo, "acr", acr));
    }

    private static String token(String subject, String client, Map<String, Object> more) {
        var usual = TestTokens.grant(subject);
        var grant = new AccessGrant(
                usual.subject(),
                new ClientId(client),
                Optional.empty(),
                Optional.empty(),
                usual.audience(),
                usual.scopes(),
                usual.roles(),
                usual.groups(),
                more,
                usual.lifetime());
        return gate.tokens.tokens.mint().mint(grant, gate.tokens.now).token();
    }

    private static String get(String path, String token) {
        return gate.call("GET " + path + " HTTP/1.1\nHost: g\nAuthorization: Bearer " + token + "\n\n");
    }

    @Test
    @DisplayName("RFC 9470 3: who signed in too long ago is asked to again, and how recently is said")
    void max_age() {
        assertThat(get("/recent", signedIn(10, "bronze"))).startsWith("HTTP/1.1 200 ");
        assertThat(get("/recent", signedIn(299, "bronze"))).startsWith("HTTP/1.1 200 ");
        for (String old : new String[] {
            signedIn(330, "bronze"),
            signedIn(-300, "bronze"),
            token("u_1", "gatehouse", Map.of()),
            token("u_1", "gatehouse", Map.of("auth_time", "now"))
        })
            assertThat(get("/recent", old))
                    .startsWith("HTTP/1.1 401 ")
                    .contains(
                            "WWW-Authenticate: Bearer realm=\"gatehouse\", error=\"insufficient_user_authentication\"",
                            ", max_age=\"300\"\r\n",
                            "\"reason\":\"step_up_required\"")
                    .doesNotContain("acr_values");
        assertThat(get("/any", signedIn(330, "bronze"))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    @DisplayName("RFC 9470 3: of several ways to sign in one is needed, and all are named")
    void acr() {
        assertThat(get("/kind", signedIn(3000, "silver"))).startsWith("HTTP/1.1 200 ");
        for (String other :
                new String[] {signedIn(0, "bronze"), signedIn(0, "gold silver"), token("u_1", "gatehouse", Map.of())})
            assertThat(get("/kind", other))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("error=\"insufficient_user_authentication\"", ", acr_values=\"gold silver\"\r\n")
                    .doesNotContain("max_age");
        assertThat(get("/strict", signedIn(3000, "bronze")))
                .startsWith("HTTP/1.1 401 ")
                .contains(", acr_values=\"gold\", max_age=\"300\"\r\n");
        assertThat(get("/strict", signedIn(10, "gold"))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    @DisplayName("the shortest age that is wanted is told")
    void the_rule_and_the_route_agree() {
        assertThat(get("/both", signedIn(10, "gold")))
                .startsWith("HTTP/1.1 401 ")
                .contains("max_age=\"60\"");
    }

    @Test
    @DisplayName(
            "what signing in again would not help is told instead: a missing scope, a rule that lets nobody through, a client without a person")
    void what_would_not_help_is_not_asked_for() {
        assertThat(get("/scope", signedIn(3000, "gold")))
                .startsWith("HTTP/1.1 403 ")
                .contains("scope_missing");
        assertThat(get("/deny", signedIn(3000, "gold"))).startsWith("HTTP/1.1 403 ");
        assertThat(get("/home", token("job", "job", Map.of()))).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void nobody_is_asked_to_sign_in_even_where_the_rule_takes_nobodies() {
        assertThat(gate.call("GET /home HTTP/1.1\nHost: g\n\n"))
                .startsWith("HTTP/1.1 401 ")
                .contains("login_required");
        assertThat(gate.call("GET /deny HTTP/1.1\nHost: g\n\n")).startsWith("HTTP/1.1 403 ");
        assertThat(get("/home", signedIn(10, "gold"))).startsWith("HTTP/1.1 200 ");
    }
}
