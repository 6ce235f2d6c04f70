package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LoginTest {
    private static final String PASSWORD = "zebra lamp forty";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
    }

    @Test
    void a_right_password_gets_tokens_of_the_client_gatehouse_for_the_house_and_every_scope() {
        house.has("Alice", PASSWORD, "customer", "support");
        Reply reply = house.login("aLICE", PASSWORD);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).fieldNames())
                .containsExactly("access_token", "token_type", "expires_in", "refresh_token", "scope");
        assertThat(json(reply).getString("token_type")).isEqualTo("Bearer");
        assertThat(json(reply).getInteger("expires_in")).isEqualTo(600);
        assertThat(json(reply).getString("scope")).isEqualTo("data:read data:write");
        Claims claims = claims(reply);
        assertThat(claims.audience()).containsExactly(TestHouse.URL);
        assertThat(claims.client()).contains(new ClientId("gatehouse"));
        assertThat(claims.username()).contains("Alice");
        assertThat(claims.roles()).containsExactlyInAnyOrder("customer", "support");
        assertThat(claims.session()).isPresent();
        assertThat(claims.subject())
                .isEqualTo(TestDatabase.await(house.accounts.find(new Username("alice")))
                        .orElseThrow()
                        .id()
                        .value());
    }

    @Test
    @DisplayName(
            "LS10 whoever comes while too many wait for their turn is told to come back before anything is looked up")
    void a_full_house_asks_nothing() {
        house.has("alice", PASSWORD);
        house.sql("ALTER TABLE account RENAME TO account_that_is_not_asked");
        List<Future<?>> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) crowd.add(house.hasher.hash(Password.typed("number " + i)));
        Reply reply = house.login("alice", PASSWORD);
        assertThat(reply.status()).isEqualTo(503);
        assertThat(json(reply).getString("detail")).isEqualTo("Many people are signing in; try again in a moment.");
        assertThat(reply.headers()).contains(Map.entry("Retry-After", "2"));
        Future.join(crowd).otherwiseEmpty().await();
        house.sql("ALTER TABLE account_that_is_not_asked RENAME TO account");
        assertThat(house.login("alice", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("TK17 a reply with tokens is JSON that nobody keeps")
    void replies_with_tokens_are_not_kept() {
        house.has("alice", PASSWORD);
        Reply reply = house.login("alice", PASSWORD);
        assertThat(reply.headers())
                .contains(Map.entry("Content-Type", "application/json"), Map.entry("Cache-Control", "no-store"));
        Reply refreshed = house.refresh(json(reply).getString("refresh_token"));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(refreshed.headers())
                .contains(Map.entry("Content-Type", "application/json"), Map.entry("Cache-Control", "no-store"));
        assertThat(json(refreshed).getString("token_type")).isEqualTo("Bearer");
    }

    @Test
    @DisplayName("TK19 an access token says typ at+jwt and iss exp aud sub client_id iat jti, the jti of 128 bits")
    void access_tokens_follow_rfc_9068() {
        house.has("alice", PASSWORD);
        String[] parts =
                json(house.login("alice", PASSWORD)).getString("access_token").split("\\.", -1);
        assertThat(parts).hasSize(3);
        var header = new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[0])));
        var payload = new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[1])));
        assertThat(header.getString("typ")).isEqualTo("at+jwt");
        assertThat(header.getString("alg")).isEqualTo("ES256");
        assertThat(payload.fieldNames())
                .contains("iss", "exp", "aud", "sub", "client_id", "iat", "jti", "sid", "preferred_username");
        assertThat(Base64.getUrlDecoder().decode(payload.getString("jti")).length)
                .isGreaterThanOrEqualTo(16);
    }

    @Test
    void a_scope_and_a_resource_can_be_asked_for() {
        house.has("alice", PASSWORD);
        var asked = new JsonObject().put("username", "alice").put("password", PASSWORD);
        Reply narrowed =
                house.post("/login", asked.copy().put("scope", "data:read").put("resource", "https://reports.example"));
        assertThat(narrowed.status()).isEqualTo(200);
        assertThat(json(narrowed).getString("scope")).isEqualTo("data:read");
        assertThat(house.accepts(json(narrowed).getString("access_token")))
                .as("it is not for the house itself")
                .isFalse();
        Reply both = house.post(
                "/login",
                asked.copy()
                        .put(
                                "resource",
                                new JsonArray().add("https://reports.example").add(TestHouse.URL)));
        assertThat(claims(both).audience()).containsExactly("https://reports.example", TestHouse.URL);
        assertThat(reason(house.post("/login", asked.copy().put("scope", "data:read admin"))))
                .isEqualTo("400 invalid_scope");
        assertThat(reason(house.post("/login", asked.copy().put("scope", "data:\"read"))))
                .isEqualTo("400 invalid_scope");
        assertThat(reason(house.post("/login", asked.copy().put("resource", "https://other.example"))))
                .isEqualTo("400 invalid_target");
        assertThat(reason(house.post("/login", asked.copy().put("resource", 7))))
                .isEqualTo("400 bad_json");
    }

    @Test
    @DisplayName("LS01 wrong password, unknown name and locked account get the same status, headers and body")
    void refusals_look_alike() {
        house.has("alice", PASSWORD);
        house.has("bob", PASSWORD);
        TestDatabase.await(house.accounts.lock(new Username("bob"), Accounts.By.CLI));
        Reply wrong = house.login("alice", "not the password");
        Reply unknown = house.login("nobody", "not the password");
        Reply locked = house.login("bob", PASSWORD);
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(json(wrong).getString("reason")).isEqualTo("invalid_credentials");
        assertThat(unknown).isEqualTo(wrong);
        assertThat(locked).isEqualTo(wrong);
    }

    @Test
    @DisplayName("LS02 ten failures on an account, then 429 with Retry-After before hashing, for unknown names alike")
    void an_account_is_throttled() {
        house.has("alice", PASSWORD);
        for (String name : List.of("alice", "nobody")) {
            for (int i = 0; i < 10; i++)
                assertThat(house.login(name, "wrong " + i, "203.0.113." + i).status())
                        .isEqualTo(401);
            Reply throttled = house.login(name, PASSWORD, "203.0.113.99");
            assertThat(reason(throttled)).isEqualTo("429 too_many_attempts");
            assertThat(retryAfter(throttled)).isBetween(800L, 900L);
        }
        house.sql("UPDATE login_failure SET expires_at = now() - interval '1 second'");
        assertThat(house.login("alice", "wrong again", "203.0.113.99").status())
                .as("the window is over")
                .isEqualTo(401);
        assertThat(house.sql("SELECT failures FROM login_failure WHERE username_key = 'alice'")
                        .get(0)
                        .getInteger(0))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("LS02 the owner's known address passes by what others failed")
    void the_owner_is_not_locked_out() {
        house.has("alice", PASSWORD);
        assertThat(house.login("alice", PASSWORD, "198.51.100.7").status()).isEqualTo(200);
        for (int i = 0; i < 12; i++) house.login("alice", "wrong " + i, "203.0.113." + i);
        assertThat(house.login("alice", PASSWORD, "203.0.113.50").status()).isEqualTo(429);
        assertThat(house.login("alice", PASSWORD, "198.51.100.7").status()).isEqualTo(200);
        assertThat(house.sql("SELECT 1 FROM login_failure"))
                .as("a login forgives")
                .isEmpty();
    }

    @Test
    @DisplayName("LS02 fifty failures from one address, or one IPv6 /64, then 429")
    void an_address_is_throttled() {
        house.stopTheClock();
        house.config = TestConfig.with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(Admission.OPEN, List.of(), new Lockout(1000, Duration.ofMinutes(15))));
        List<Future<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String from = "2001:db8:0:1::" + Integer.toHexString(i + 1);
            var body = new JsonObject().put("username", "guess" + i).put("password", "wrong");
            all.add(house.endpoints.answer(TestHouse.call(
                    "POST", "/login", Map.of("Content-Type", "application/json"), body.toBuffer(), from)));
        }
        TestDatabase.await(Future.all(all));
        assertThat(all.stream().filter(reply -> reply.result().status() == 401)).hasSize(50);
        assertThat(all.stream().filter(reply -> reply.result().status() == 429)).hasSize(10);
        assertThat(house.login("guess", "wrong", "2001:db8:0:2::1").status())
                .as("the next /64")
                .isEqualTo(401);
    }

    @Test
    @DisplayName("LS02 many tries at once get no further than many in a row")
    void parallel_tries_count_while_they_are_under_way() {
        house.has("alice", PASSWORD);
        List<Future<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            var body = new JsonObject().put("username", "alice").put("password", "wrong " + i);
            all.add(house.endpoints.answer(TestHouse.call(
                    "POST", "/login", Map.of("Content-Type", "application/json"), body.toBuffer(), "203.0.113." + i)));
        }
        TestDatabase.await(Future.all(all));
        assertThat(all.stream().filter(reply -> reply.result().status() == 401).count())
                .isLessThanOrEqualTo(10);
        assertThat(all.stream().filter(reply -> reply.result().status() == 429).count())
                .isGreaterThanOrEqualTo(30);
    }

    @Test
    @DisplayName("LS09 a hash of another cost is replaced at the next login")
    void weak_hashes_are_upgraded() {
        house.has("alice", "password");
        // argon2id, m=65536, t=2, p=1, of "password": the reference implementation's own example
        house.sql(
                "UPDATE account SET password_hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'");
        assertThat(house.login("alice", "password").status()).isEqualTo(200);
        org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(
                        house.sql("SELECT password_hash FROM account").get(0).getString(0))
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        assertThat(house.login("alice", "password").status()).isEqualTo(200);
    }

    @Test
    @DisplayName("LS10 200 logins at once: each is answered, with 503 or 429 and Retry-After beyond the cap")
    void a_flood_of_logins_is_bounded() {
        house.has("alice", PASSWORD);
        List<Future<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            var body = new JsonObject().put("username", "user" + i).put("password", "wrong");
            all.add(house.endpoints.answer(TestHouse.call(
                    "POST", "/login", Map.of("Content-Type", "application/json"), body.toBuffer(), "203.0.113." + i)));
        }
        assertThat(house.get("/oauth/jwks").status()).isEqualTo(200);
        assertThat(all).as("others do not wait").anyMatch(reply -> !reply.isComplete());
        TestDatabase.await(Future.all(all));
        assertThat(all.stream().map(reply -> reply.result().status())).containsOnly(401, 503);
        assertThat(all.stream().map(Future::result).filter(reply -> reply.status() == 503))
                .isNotEmpty()
                .allSatisfy(reply -> assertThat(retryAfter(reply)).isBetween(1L, 10L));
    }

    @Test
    @DisplayName(
            "TK23 refresh tokens: 128 random bits, a family and a seal that look random too, stored as a hash only")
    void refresh_tokens_are_random_and_not_stored() {
        house.has("alice", PASSWORD);
        var collected = new HashSet<String>();
        String token = json(house.login("alice", PASSWORD)).getString("refresh_token");
        for (int i = 0; i < 20; i++) {
            assertThat(token).matches("[A-Za-z0-9_-]{64}");
            assertThat(collected.add(token)).isTrue();
            token = json(house.refresh(token)).getString("refresh_token");
        }
        var bits = new int[384];
        for (String one : collected) {
            byte[] bytes = Base64.getUrlDecoder().decode(one);
            for (int bit = 0; bit < 384; bit++) bits[bit] += (bytes[bit / 8] >> (bit % 8)) & 1;
        }
        assertThat(bits).as("no bit is the same in all of them").doesNotContain(0, 20);
        for (var row : house.sql(
                "SELECT row_to_json(t)::text FROM refresh_family t UNION ALL SELECT row_to_json(a)::text FROM audit_event a")) {
            for (String one : collected) assertThat(row.getString(0)).doesNotContain(one);
        }
    }

    @Test
    @DisplayName("ED13 no password and no token reaches the trail")
    void the_trail_holds_no_secret() {
        house.has("alice", PASSWORD);
        String token = json(house.login("alice", PASSWORD)).getString("access_token");
        house.login("alice", "hunter2-secret");
        house.login("hunter2-secret", "x");
        house.logout(token);
        var trail = house.sql("SELECT kind, row_to_json(a)::text FROM audit_event a ORDER BY id");
        assertThat(trail.stream().map(row -> row.getString(0)))
                .containsExactly("account_made", "logged_in", "login_failed", "login_failed", "logged_out");
        assertThat(trail.stream().map(row -> row.getString(1)))
                .noneMatch(text -> text.contains("hunter2") || text.contains(PASSWORD) || text.contains(token));
    }

    @Test
    void login_can_be_switched_off() {
        house.has("alice", PASSWORD);
        house.config = TestConfig.with(
                new LoginSettings(false, 8, true, true),
                new AccountSettings(Admission.OPEN, List.of(), new Lockout(10, Duration.ofMinutes(15))));
        assertThat(reason(house.login("alice", PASSWORD))).isEqualTo("403 login_disabled");
        assertThat(reason(house.post("/register", new JsonObject()))).isEqualTo("403 login_disabled");
    }

    @Test
    void bad_bodies_are_refused_with_a_reason() {
        assertThat(reason(house.post("/login", new JsonObject().put("username", "alice"))))
                .isEqualTo("400 bad_json");
        assertThat(reason(house.post(
                        "/login", new JsonObject().put("username", "alice").put("password", 7))))
                .isEqualTo("400 bad_json");
        assertThat(reason(house.login("no such grammar", "x"))).isEqualTo("401 invalid_credentials");
        assertThat(reason(house.login("nul\u0000", "x"))).isEqualTo("401 invalid_credentials");
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(json(reply).getString("access_token"))).claims();
    }

    private static String reason(Reply reply) {
        return reply.status() + " " + json(reply).getString("reason");
    }

    private static long retryAfter(Reply reply) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals("Retry-After"))
                .map(field -> Long.parseLong(field.getValue()))
                .findFirst()
                .orElse(-1L);
    }
}
