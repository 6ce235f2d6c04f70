package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.bus.TokenService;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Revocation.OfEverything;
import dev.gatehouse.tokens.Revocation.OfToken;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was revoked is refused: by the very next request of the node that did it, within a second by the others, after a restart, and when nobody was told. */
final class RevocationBitesTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static CountingApi api;
    private static String yaml;
    private static Gate here;
    private static Gate there;
    private static BackRoom backRoom;

    @BeforeAll
    static void open() {
        api = new CountingApi();
        yaml =
                """
                url: http://localhost:8080
                apis:
                  mine:
                    path: /mine
                    upstream: %s
                    routes:
                      GET /: login
                """
                        .formatted(api.origin());
        here = Gate.open(DATABASE, yaml);
        there = Gate.open(DATABASE, yaml);
        backRoom = BackRoom.behind(here, DATABASE);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        here.close();
        there.close();
        api.close();
    }

    @Test
    @DisplayName("I4 a session that is signed out: the next request here, a second there")
    void a_session() {
        JsonObject tokens = signedIn();
        String token = known(tokens.getString("access_token"));
        assertThat(loggedOut(token).statusCode()).isEqualTo(200);
        assertRevoked(here.getAs(token, "/mine"));
        bitesThere(token);
        assertThat(here.refresh(tokens.getString("refresh_token")).statusCode()).isEqualTo(400);
        assertThat(there.refresh(tokens.getString("refresh_token")).statusCode())
                .isEqualTo(400);
        assertRevoked(loggedOut(token));
    }

    @Test
    @DisplayName("I4 one token (jti): the next request here, a second there")
    void a_token() {
        String token = known(backRoom.minted().token());
        assertThat(loggedOut(token).statusCode()).isEqualTo(200);
        assertRevoked(here.getAs(token, "/mine"));
        bitesThere(token);
        known(backRoom.minted().token());
    }

    @Test
    @DisplayName(
            "TK08 I4 a family whose token was used twice: its access token is dead by the next request here, a second there")
    void a_family() {
        JsonObject first = signedIn();
        JsonObject second =
                new JsonObject(here.refresh(first.getString("refresh_token")).body());
        JsonObject third =
                new JsonObject(there.refresh(second.getString("refresh_token")).body());
        String token = known(third.getString("access_token"));
        known(first.getString("access_token"));
        assertThat(here.refresh(first.getString("refresh_token")).statusCode()).isEqualTo(400);
        assertRevoked(here.getAs(token, "/mine"));
        assertRevoked(here.getAs(first.getString("access_token"), "/mine"));
        bitesThere(token);
        assertThat(there.refresh(third.getString("refresh_token")).statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName(
            "AD08 I4 a person who is signed out everywhere by an operator: a second on every node, and signing in again is good at once")
    void a_person() {
        String name = registered();
        String one = known(here.token(name));
        String other = known(there.token(name));
        revokedByOperator(name);
        bites(here, one);
        bites(there, one);
        bites(here, other);
        bites(there, other);
        known(here.token(name));
        known(there.token(name));
    }

    @Test
    @DisplayName("AD08 I4 a person who is locked: a second on every node, and no way back in")
    void a_locked_person() {
        String name = registered();
        JsonObject tokens = here.login(name);
        String token = known(tokens.getString("access_token"));
        TestDatabase.await(backRoom.accounts().lock(new Username(name), Accounts.By.CLI))
                .orElseThrow();
        bites(here, token);
        bites(there, token);
        assertThat(here.refresh(tokens.getString("refresh_token")).statusCode()).isEqualTo(400);
        var again = here.post("/login", new JsonObject().put("username", name).put("password", Gate.PASSWORD));
        assertThat(again.statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName(
            "I4 everything issued before an instant: a second on every node, and what is issued afterwards is good at once")
    void everything() {
        String name = registered();
        String one = known(here.token(name));
        String other = known(backRoom.minted().token());
        backRoom.revoke(new OfEverything(Instant.now(), Instant.now().plus(Duration.ofDays(1))));
        bites(here, one);
        bites(there, one);
        bites(here, other);
        bites(there, other);
        known(here.token(name));
        known(there.token(name));
    }

    @Test
    @DisplayName("I3 a node that starts later, or again, has not forgotten")
    void it_survives_a_restart() {
        String name = registered();
        String token;
        String good;
        try (Gate before = Gate.open(DATABASE, yaml)) {
            token = before.token(name);
            good = before.token(name);
            assertThat(before.getAs(token, "/mine").statusCode()).isEqualTo(200);
            before.ask("POST", "/logout", BodyPublishers.noBody(), "Authorization", "Bearer " + token);
        }
        try (Gate after = Gate.open(DATABASE, yaml)) {
            assertRevoked(after.getAs(token, "/mine"));
            assertThat(after.getAs(good, "/mine").statusCode()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("EB05 I4 what nobody was told of is found by looking, within 30 s")
    void without_notice_it_is_found_by_polling() {
        var minted = backRoom.minted();
        String token = known(minted.token());
        backRoom.sql("ALTER TABLE revocation DISABLE TRIGGER revocation_told");
        try {
            backRoom.revoke(new OfToken(minted.jti(), minted.expiresAt()));
        } finally {
            backRoom.sql("ALTER TABLE revocation ENABLE TRIGGER revocation_told");
        }
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertRevoked(here.getAs(token, "/mine")));
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertRevoked(there.getAs(token, "/mine")));
    }

    @Test
    @DisplayName("X4 EB05 what is revoked while every connection is cut is known when they are back")
    void while_connections_are_cut() {
        var minted = backRoom.minted();
        String token = known(minted.token());
        TestDatabase.on(
                DATABASE.options(),
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
                INSERT INTO revocation (kind, value, expires_at) VALUES ('token', '%s', now() + interval '1 hour')
                """
                        .formatted(minted.jti()));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertRevoked(here.getAs(token, "/mine")));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertRevoked(there.getAs(token, "/mine")));
        known(backRoom.minted().token());
    }

    @Test
    @DisplayName("EB04 the bus says of a token what the edge says, before and after it is revoked, on both nodes")
    void the_bus_says_the_same() {
        String token = known(signedIn().getString("access_token"));
        for (Gate node : new Gate[] {here, there}) {
            JsonObject verdict = askedOnBus(node, token);
            assertThat(verdict.getBoolean("active")).isTrue();
            assertThat(verdict.getString("subject"))
                    .isEqualTo(node.getAs(token, "/mine").body());
        }
        loggedOut(token);
        assertThat(askedOnBus(here, token).getBoolean("active")).isFalse();
        assertThat(askedOnBus(here, token).getString("reason")).isEqualTo("invalid_token");
        Within.holds(SECOND, () -> !askedOnBus(there, token).getBoolean("active"));
        assertRevoked(there.getAs(token, "/mine"));
    }

    private static String registered() {
        String name = "person-" + NAMES.incrementAndGet();
        here.register(name);
        return name;
    }

    private static JsonObject signedIn() {
        return here.login(registered());
    }

    /** Good on both nodes, and remembered by every event loop that happens to be asked. */
    private static String known(String token) {
        for (int again = 0; again < 3; again++) {
            assertThat(here.getAs(token, "/mine").statusCode()).isEqualTo(200);
            assertThat(there.getAs(token, "/mine").statusCode()).isEqualTo(200);
        }
        return token;
    }

    private static HttpResponse<String> loggedOut(String token) {
        return here.ask("POST", "/logout", BodyPublishers.noBody(), "Authorization", "Bearer " + token);
    }

    private static void revokedByOperator(String name) {
        TestDatabase.await(backRoom.accounts().revoke(new Username(name), Accounts.By.CLI))
                .orElseThrow();
    }

    private static void bitesThere(String token) {
        bites(there, token);
    }

    /** Measured from the return of the call that revoked. */
    private static void bites(Gate node, String token) {
        Within.asserted(SECOND, () -> assertRevoked(node.getAs(token, "/mine")));
    }

    private static void assertRevoked(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(challenge -> assertThat(challenge).contains("error=\"invalid_token\""));
        assertThat(new JsonObject(answer.body()).getString("detail")).isEqualTo("the token was revoked");
    }

    private static JsonObject askedOnBus(Gate node, String token) {
        var question = new JsonObject().put("action", "verify").put("token", token);
        return (JsonObject) TestDatabase.await(node.vertx().eventBus().request(TokenService.ADDRESS, question))
                .body();
    }
}
