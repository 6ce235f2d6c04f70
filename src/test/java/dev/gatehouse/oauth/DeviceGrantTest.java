package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DeviceGrantTest {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final String WAITED =
            "UPDATE device_authorization SET polled_at = polled_at - interval_seconds * interval '1 second'";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestCodes person;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", "zebra lamp forty", "customer");
        person = new TestCodes(house, "alice");
    }

    @Test
    @DisplayName("RFC 8628 §3.2 a device gets a code to keep and one to show")
    void a_device_gets_two_codes() {
        JsonObject codes = begin();
        assertThat(codes.getString("device_code")).matches("[A-Za-z0-9_-]{43}");
        assertThat(codes.getString("user_code"))
                .as("DV02 more than 34 bits: 20 letters, eight times")
                .matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(codes.getString("verification_uri")).isEqualTo(TestHouse.URL + "/device");
        assertThat(codes.getString("verification_uri_complete"))
                .isEqualTo(TestHouse.URL + "/device?user_code=" + codes.getString("user_code"));
        assertThat(codes.getInteger("expires_in")).isEqualTo(600);
        assertThat(codes.getInteger("interval")).isEqualTo(5);
        assertThat(house.sql("SELECT d::text FROM device_authorization d").toString())
                .as("TK23 only hashes are kept")
                .doesNotContain(codes.getString("device_code"))
                .doesNotContain(codes.getString("user_code").replace("-", ""));
    }

    @Test
    @DisplayName("RFC 8628 §3.1 scope and resource are judged at once, and only devices may begin")
    void what_it_may_not_have_is_refused_at_once() {
        assertThat(error(device(Map.of("scope", "data:write")))).isEqualTo("400 invalid_scope");
        assertThat(error(device(Map.of("resource", "https://other.example")))).isEqualTo("400 invalid_target");
        assertThat(error(device(Map.of("client_id", "web-shop")))).isEqualTo("400 unauthorized_client");
        assertThat(error(device(Map.of("client_id", "nobody")))).isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName(
            "RFC 8628 §3.5 nobody has decided: authorization_pending; somebody has agreed: tokens of a session of its own")
    void it_waits_and_then_gets_tokens() throws Exception {
        JsonObject codes = begin();
        assertThat(error(poll(codes))).isEqualTo("400 authorization_pending");
        approve(codes);
        Reply reply = poll(codes);
        assertThat(reply.status()).isEqualTo(200);
        Claims claims = claims(reply);
        assertThat(claims.username()).contains("alice");
        assertThat(claims.scopes()).isEqualTo(Scopes.parse("openid data:read"));
        assertThat(claims.session()).isPresent().isNotEqualTo(java.util.Optional.of(person.session()));
        assertThat(SignedJWT.parse(json(reply).getString("id_token"))
                        .getJWTClaimsSet()
                        .getSubject())
                .isEqualTo(person.account().value());
        assertThat(house.form(
                                "/oauth/token",
                                Map.of(
                                        "grant_type", "refresh_token",
                                        "client_id", "tv",
                                        "refresh_token", json(reply).getString("refresh_token")))
                        .status())
                .isEqualTo(200);
        house.sql(
                "UPDATE session SET ended_at = now() WHERE id = $1",
                person.session().value());
        assertThat(house.accepts(json(reply).getString("access_token")))
                .as("the browser that agreed signs out alone")
                .isTrue();
    }

    @Test
    @DisplayName("DV01 asking too soon is slow_down, and the wait grows by five seconds each time")
    void asking_too_soon_makes_the_wait_longer() {
        JsonObject codes = begin();
        assertThat(error(poll(codes))).isEqualTo("400 authorization_pending");
        assertThat(error(poll(codes))).isEqualTo("400 slow_down");
        assertThat(interval()).isEqualTo(10);
        house.sql("UPDATE device_authorization SET polled_at = polled_at - interval '6 seconds'");
        assertThat(error(poll(codes))).as("six seconds are no longer enough").isEqualTo("400 slow_down");
        assertThat(interval()).isEqualTo(15);
        house.sql(WAITED);
        assertThat(error(poll(codes))).isEqualTo("400 authorization_pending");
    }

    @Test
    @DisplayName(
            "DV03 another client's device_code, a second use: invalid_grant; a no: access_denied; too late: expired_token")
    void a_device_code_is_for_one_device_once() {
        JsonObject codes = begin();
        approve(codes);
        var other = fields(codes);
        other.put("client_id", "billing");
        other.put("client_secret", "billing-secret");
        assertThat(error(house.form("/oauth/token", other))).isEqualTo("400 unauthorized_client");
        other.put("client_id", "radio");
        other.remove("client_secret");
        assertThat(error(house.form("/oauth/token", other))).isEqualTo("400 invalid_grant");
        assertThat(poll(codes).status()).as("its own still can").isEqualTo(200);
        assertThat(error(poll(codes))).isEqualTo("400 invalid_grant");
        JsonObject denied = begin();
        house.sql("UPDATE device_authorization SET state = 'denied' WHERE state = 'pending'");
        assertThat(error(poll(denied))).isEqualTo("400 access_denied");
        JsonObject late = begin();
        house.sql("UPDATE device_authorization SET expires_at = now() WHERE state = 'pending'");
        assertThat(error(poll(late))).isEqualTo("400 expired_token");
        assertThat(error(poll(new JsonObject().put("device_code", "x".repeat(43)))))
                .isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("TK22 who was locked or signed out since they agreed gives nothing any more")
    void what_happens_in_between_counts() {
        JsonObject codes = begin();
        approve(codes);
        TestDatabase.await(house.accounts.lock(new Username("alice"), Accounts.By.CLI));
        assertThat(error(poll(codes))).isEqualTo("400 invalid_grant");
        assertThat(house.sql("SELECT 1 FROM refresh_family")).isEmpty();
    }

    @Test
    @DisplayName("I1 of 100 polls at once over two nodes one gets tokens")
    void a_hundred_at_once_have_one_winner() {
        var other = new TestHouse(db, db.another());
        for (int round = 0; round < 3; round++) {
            JsonObject codes = begin();
            approve(codes);
            List<Future<Reply>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Call call = TestHouse.formCall("/oauth/token", fields(codes), "198.51.100." + i);
                all.add((i % 2 == 0 ? house : other).endpoints.answer(call));
            }
            TestDatabase.await(Future.all(all));
            assertThat(all.stream().filter(reply -> reply.result().status() == 200))
                    .hasSize(1);
            assertThat(house.sql("SELECT 1 FROM refresh_family")).hasSize(round + 1);
        }
    }

    @Test
    void one_address_cannot_begin_without_end() {
        house.stopTheClock();
        for (int i = 0; i < 60; i++) begin();
        Reply throttled = device(Map.of());
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.headers()).anyMatch(field -> field.getKey().equals("Retry-After"));
    }

    private JsonObject begin() {
        Reply reply = device(Map.of());
        assertThat(reply.status()).isEqualTo(200);
        return json(reply);
    }

    private Reply device(Map<String, String> more) {
        var fields = new HashMap<>(Map.of("client_id", "tv"));
        fields.putAll(more);
        return house.form("/oauth/device", fields);
    }

    private void approve(JsonObject codes) {
        assertThat(codes.getString("user_code")).isNotEmpty();
        house.sql(
                "UPDATE device_authorization SET state = 'approved', account_id = $1, session_id = $2, about = $3 WHERE state = 'pending'",
                person.account().value(),
                person.session().value(),
                new JsonObject()
                        .put("auth_time", 1_700_000_000L)
                        .put("acr", "urn:gatehouse:acr:1")
                        .put("amr", new io.vertx.core.json.JsonArray().add("pwd")));
    }

    private Reply poll(JsonObject codes) {
        return house.form("/oauth/token", fields(codes));
    }

    private static HashMap<String, String> fields(JsonObject codes) {
        return new HashMap<>(
                Map.of("grant_type", GRANT, "client_id", "tv", "device_code", codes.getString("device_code")));
    }

    private int interval() {
        return house.sql("SELECT interval_seconds FROM device_authorization")
                .get(0)
                .getInteger(0);
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(json(reply).getString("access_token"))).claims();
    }

    private static String error(Reply reply) {
        return reply.status() + " " + json(reply).getString("error");
    }
}
