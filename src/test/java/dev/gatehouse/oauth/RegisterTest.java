package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RegisterTest {
    private static final String PASSWORD = "zebra lamp forty";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
    }

    @Test
    @DisplayName("S1 whoever registers can sign in, with the roles the settings give and no others")
    void whoever_registers_can_sign_in() {
        Reply reply = house.post(
                "/register",
                new JsonObject()
                        .put("username", "Carol")
                        .put("password", PASSWORD)
                        .put("email", "carol@example.com")
                        .put("roles", List.of("admin"))
                        .put("color", new JsonObject().put("deep", 1)));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(json(reply).fieldNames()).isEqualTo(Set.of("message", "username"));
        assertThat(json(reply).getString("username")).isEqualTo("Carol");
        var row = house.sql("SELECT username, email, roles, password_hash FROM account")
                .get(0);
        assertThat(row.getString("email")).isEqualTo("carol@example.com");
        assertThat(row.getArrayOfStrings("roles")).containsExactly("customer");
        assertThat(row.getString("password_hash")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void a_name_is_taken_in_any_case_and_once_only_also_at_once() {
        var first = TestHouse.call(
                "POST",
                "/register",
                Map.of("Content-Type", "application/json"),
                body("dave").toBuffer(),
                "127.0.0.1");
        var second = TestHouse.call(
                "POST",
                "/register",
                Map.of("Content-Type", "application/json"),
                body("DAVE").toBuffer(),
                "127.0.0.1");
        var both = List.of(house.endpoints.answer(first), house.endpoints.answer(second));
        TestDatabase.await(Future.all(both));
        assertThat(both.stream().map(reply -> reply.result().status())).containsExactlyInAnyOrder(201, 409);
        assertThat(reason(house.post("/register", body("Dave")))).isEqualTo("409 username_taken");
        assertThat(house.sql("SELECT 1 FROM account")).hasSize(1);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'account_made'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("LS07 LS08 what cannot be a name, a mail address or a password is refused with its reason")
    void what_cannot_be_is_refused_with_a_reason() {
        assertThat(reason(house.post("/register", body("no spaces")))).isEqualTo("400 username_invalid");
        assertThat(reason(house.post("/register", body("x".repeat(65))))).isEqualTo("400 username_invalid");
        assertThat(reason(house.post("/register", body("")))).isEqualTo("400 username_invalid");
        assertThat(reason(house.post("/register", body("ａlice")))).isEqualTo("400 username_invalid");
        assertThat(reason(house.post("/register", body("eve").put("email", "not one"))))
                .isEqualTo("400 email_invalid");
        assertThat(reason(house.post("/register", body("eve").put("email", "a\u0000@b"))))
                .isEqualTo("400 email_invalid");
        assertThat(reason(house.post("/register", body("eve").put("password", "short"))))
                .isEqualTo("400 password_too_short");
        assertThat(reason(house.post("/register", body("eve").put("password", "x y ".repeat(65)))))
                .isEqualTo("400 password_too_long");
        assertThat(reason(house.post("/register", body("eve").put("password", "password123"))))
                .isEqualTo("400 password_common");
        assertThat(reason(house.post("/register", body("evelyne77").put("password", "Evelyne77!!"))))
                .isEqualTo("400 password_is_name");
        assertThat(reason(house.post("/register", new JsonObject().put("username", "eve"))))
                .isEqualTo("400 bad_json");
        assertThat(house.sql("SELECT 1 FROM account")).isEmpty();
    }

    @Test
    void bodies_that_are_not_one_clear_json_object_are_refused() {
        assertThat(reason(raw("{\"username\":\"eve\",\"username\":\"mallory\",\"password\":\"zebra lamp forty\"}")))
                .isEqualTo("400 bad_json");
        assertThat(reason(raw("{\"username\":\"eve\",\"password\":\"zebra lamp forty\",\"x\":{\"a\":1,\"a\":2}}")))
                .isEqualTo("400 bad_json");
        assertThat(reason(raw("[]"))).isEqualTo("400 bad_json");
        assertThat(reason(raw("{}{}"))).isEqualTo("400 bad_json");
        assertThat(reason(raw(""))).isEqualTo("400 bad_json");
        assertThat(reason(raw("{\"username\":"))).isEqualTo("400 bad_json");
        assertThat(reason(raw("{\"username\":\"eve\",\"password\":\"\\ud800 lamp forty\"}")))
                .isEqualTo("400 bad_json");
        assertThat(reason(raw("[".repeat(5000)))).isEqualTo("400 bad_json");
        assertThat(reason(raw("{\"a\":" + "[".repeat(5000)))).isEqualTo("400 bad_json");
        assertThat(reason(answer("text/plain", Buffer.buffer("{}")))).isEqualTo("415 unsupported_media_type");
        assertThat(reason(answer("application/x-www-form-urlencoded", Buffer.buffer("{}"))))
                .isEqualTo("415 unsupported_media_type");
        assertThat(reason(answer(
                        "application/json", Buffer.buffer(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))))
                .isEqualTo("400 bad_json");
        assertThat(answer("application/json; charset=utf-8", body("eve").toBuffer())
                        .status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName(
            "registrations of one network have a bound, names that are taken and the page included; other networks, and the same one later, have theirs")
    void registrations_of_one_network_are_bounded() {
        house.stopTheClock();
        house.config = TestConfig.with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(
                        Admission.OPEN,
                        3,
                        false,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        new Lockout(10, Duration.ofMinutes(15)),
                        Duration.ofDays(7)));
        assertThat(house.post("/register", body("one"), "192.0.2.7").status()).isEqualTo(201);
        assertThat(house.post("/register", body("one"), "192.0.2.7").status()).isEqualTo(409);
        assertThat(house.post("/register", body("x y"), "192.0.2.7").status())
                .as("what no account could be called costs nothing")
                .isEqualTo(400);
        assertThat(house.post("/register", body("two"), "192.0.2.7").status()).isEqualTo(201);
        Reply refused = house.post("/register", body("three"), "192.0.2.7");
        assertThat(reason(refused)).isEqualTo("429 too_many_attempts");
        assertThat(refused.header("Retry-After")).isEqualTo("1200");
        assertThat(house.sql("SELECT 1 FROM account")).hasSize(2);
        assertThat(house.post("/register", body("three"), "192.0.2.8").status()).isEqualTo(201);
        for (int host = 1; host <= 3; host++)
            assertThat(house.post("/register", body("six" + host), "2001:db8::" + host)
                            .status())
                    .isEqualTo(201);
        assertThat(house.post("/register", body("six4"), "2001:db8::4").status())
                .as("a /64 is one network")
                .isEqualTo(429);
        var page = new Browser(TestHouse.URL, call -> TestDatabase.await(house.endpoints.answer(call)));
        for (int i = 1; i <= 4; i++)
            assertThat(page.open("/register")
                            .form("register")
                            .with("username", "page" + i)
                            .with("email", "page" + i + "@people.example")
                            .with("password", PASSWORD)
                            .submit()
                            .status())
                    .isEqualTo(i <= 3 ? 200 : 429);

        house.ahead = Duration.ofMinutes(20);
        assertThat(house.post("/register", body("four"), "192.0.2.7").status()).isEqualTo(201);
        assertThat(house.post("/register", body("five"), "192.0.2.7").status()).isEqualTo(429);
    }

    @Test
    void registration_can_be_closed() {
        house.config = TestConfig.with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(Admission.CLOSED, List.of(), new Lockout(10, Duration.ofMinutes(15))));
        assertThat(reason(house.post("/register", body("eve")))).isEqualTo("403 registration_closed");
    }

    @Test
    @DisplayName("LS07 a password typed in another normal form is the same one")
    void normal_forms_are_one_password() {
        assertThat(house.post("/register", body("frank").put("password", "cafe\u0301 cre\u0300me lamp"))
                        .status())
                .isEqualTo(201);
        assertThat(house.login("frank", "café crème lamp").status()).isEqualTo(200);
        assertThat(house.login("frank", "cafe creme lamp").status()).isEqualTo(401);
    }

    private static JsonObject body(String username) {
        return new JsonObject().put("username", username).put("password", PASSWORD);
    }

    private Reply raw(String body) {
        return answer("application/json", Buffer.buffer(body));
    }

    private Reply answer(String type, Buffer body) {
        return TestDatabase.await(house.endpoints.answer(
                TestHouse.call("POST", "/register", Map.of("Content-Type", type), body, "127.0.0.1")));
    }

    private static String reason(Reply reply) {
        assertThat(json(reply).fieldNames())
                .containsExactly("type", "title", "status", "detail", "reason", "request_id", "msg");
        assertThat(json(reply).getString("type"))
                .isEqualTo(TestHouse.URL + "/_gate/problems/" + json(reply).getString("reason"));
        return reply.status() + " " + json(reply).getString("reason");
    }
}
