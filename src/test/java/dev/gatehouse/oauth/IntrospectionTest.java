package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class IntrospectionTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final JsonObject INACTIVE = new JsonObject().put("active", false);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD);
    }

    @Test
    @DisplayName("IN01 RFC 7662 §2.1: who does not authenticate learns nothing")
    void a_caller_without_credentials_is_refused() {
        String token = login().getString("access_token");
        assertThat(house.form("/oauth/introspect", Map.of("token", token)).status())
                .isEqualTo(401);
        assertThat(house.form("/oauth/introspect", Map.of("token", token, "client_id", "web-shop"))
                        .status())
                .as("a public client proves nothing")
                .isEqualTo(401);
        Reply wrong = ask(token, Map.of("client_secret", "not it"));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(json(wrong).getString("error")).isEqualTo("invalid_client");
    }

    @Test
    @DisplayName("RFC 7662 §2.2: an API's program learns what a token says")
    void an_access_token_says_what_it_is() {
        JsonObject login = login();
        Reply reply = ask(login.getString("access_token"));
        JsonObject said = json(reply);
        assertThat(said.getBoolean("active")).isTrue();
        assertThat(said.getString("username")).isEqualTo("alice");
        assertThat(said.getString("client_id")).isEqualTo("gatehouse");
        assertThat(said.getString("scope")).isEqualTo("data:read data:write");
        assertThat(said.getString("token_type")).isEqualTo("Bearer");
        assertThat(said.getString("iss")).isEqualTo(TestHouse.URL);
        assertThat(said.getString("aud")).isEqualTo(TestHouse.URL);
        assertThat(said.getLong("exp") - said.getLong("iat")).isEqualTo(600);
        assertThat(said.getString("sub")).isNotBlank().isNotEqualTo("alice");
        assertThat(said.getString("jti")).isNotBlank();
        assertThat(said.getString("sid")).isNotBlank();
        assertThat(reply.headers()).contains(Map.entry("Cache-Control", "no-store"));
    }

    @Test
    @DisplayName("IN02 RFC 7662 §2.2: expired, revoked, foreign or garbage is {\"active\":false} and nothing else")
    void what_does_not_count_is_inactive_and_nothing_else() {
        String expired = login().getString("access_token");
        house.ahead = Duration.ofMinutes(11);
        assertThat(json(ask(expired))).isEqualTo(INACTIVE);
        house.ahead = Duration.ZERO;
        String revoked = login().getString("access_token");
        assertThat(json(ask(revoked)).getBoolean("active")).isTrue();
        house.logout(revoked);
        assertThat(json(ask(revoked))).isEqualTo(INACTIVE);
        String live = login().getString("access_token");
        String forged = live.substring(0, live.length() - 4) + (live.endsWith("AAAA") ? "BBBB" : "AAAA");
        String idToken = house.tokens
                .mint()
                .sign(
                        "JWT",
                        new JsonObject()
                                .put("iss", TestHouse.URL)
                                .put("aud", TestHouse.URL)
                                .put("sub", "x")
                                .put("iat", Instant.now().getEpochSecond())
                                .put("exp", Instant.now().getEpochSecond() + 60),
                        JwsAlgorithm.ES256);
        for (String garbage : List.of(forged, idToken, "a.b.c", "...", "x", "é", "z".repeat(43), "y".repeat(20_000)))
            assertThat(json(ask(garbage))).as(garbage).isEqualTo(INACTIVE);
    }

    @Test
    @DisplayName("IN02 a token of a locked account is inactive")
    void a_locked_accounts_token_is_inactive() {
        JsonObject login = login();
        TestDatabase.await(house.accounts.lock(
                new dev.gatehouse.identity.Username("alice"), dev.gatehouse.identity.Accounts.By.SYSTEM));
        assertThat(json(ask(login.getString("access_token")))).isEqualTo(INACTIVE);
    }

    @Test
    @DisplayName("IN03 RFC 7662 §4: nobody learns of a token that is meant for none of our APIs")
    void a_token_for_somebody_else_is_inactive() {
        assertThat(json(ask(minted("https://elsewhere.example", Map.of())))).isEqualTo(INACTIVE);
        assertThat(json(ask(minted("https://reports.example", Map.of()))).getBoolean("active"))
                .as("an API of ours with an audience of its own")
                .isTrue();
    }

    @Test
    @DisplayName("IN04 not-before of the whole house and of one client are both honoured")
    void both_not_befores_count() {
        String before = login().getString("access_token");
        Instant now = Instant.now();
        Instant until = now.plusSeconds(3600);
        house.revocations.learn(new Revocation.OfEverything(now.minusSeconds(3600), until));
        assertThat(json(ask(before)).getBoolean("active")).isTrue();
        house.revocations.learn(new Revocation.OfClient(new ClientId("gatehouse"), now.plusSeconds(1), until));
        assertThat(json(ask(before))).isEqualTo(INACTIVE);

        var other = new TestHouse(db, db.another());
        String token = json(other.login("alice", PASSWORD)).getString("access_token");
        other.revocations.learn(new Revocation.OfClient(new ClientId("gatehouse"), now.minusSeconds(3600), until));
        other.revocations.learn(new Revocation.OfEverything(now.plusSeconds(1), until));
        assertThat(other.accepts(token)).isFalse();
    }

    @Test
    @DisplayName("RFC 7662 §2.2: the actor of a delegated token and the key of a bound one are told")
    void actor_and_key_are_told() {
        var act = Map.<String, Object>of("act", Map.of("sub", "robot"), "auth_time", 7L);
        JsonObject said = json(ask(minted(TestHouse.URL, act, Optional.of("thumb"))));
        assertThat(said.getJsonObject("act").getString("sub")).isEqualTo("robot");
        assertThat(said.getLong("auth_time")).isEqualTo(7);
        assertThat(said.getString("token_type")).isEqualTo("DPoP");
        assertThat(said.getJsonObject("cnf")).isEqualTo(new JsonObject().put("jkt", "thumb"));
    }

    @Test
    @DisplayName("IN03 a refresh token is known to its own client alone")
    void a_refresh_token_is_its_clients_business() {
        String refresh = login().getString("refresh_token");
        assertThat(json(ask(refresh))).as("it is gatehouse's").isEqualTo(INACTIVE);
        house.sql("UPDATE refresh_family SET client_id = 'partner'");
        JsonObject said = json(ask(refresh));
        assertThat(said.getBoolean("active")).isTrue();
        assertThat(said.getString("username")).isEqualTo("alice");
        assertThat(said.getString("client_id")).isEqualTo("partner");
        assertThat(said.getLong("exp")).isGreaterThan(Instant.now().getEpochSecond());
        house.sql("UPDATE refresh_family SET revoked_at = now()");
        assertThat(json(ask(refresh))).isEqualTo(INACTIVE);
    }

    @Test
    @DisplayName("RFC 9701 §5: the answer is signed for whoever asks for that")
    void the_answer_can_be_signed() {
        String token = login().getString("access_token");
        Reply reply = ask(token, Map.of(), Map.of("Accept", "application/token-introspection+jwt"));
        assertThat(reply.headers()).contains(Map.entry("Content-Type", "application/token-introspection+jwt"));
        var signed = new JsonObject(house.tokens
                .own(reply.body().toString(), "token-introspection+jwt")
                .orElseThrow()
                .claims());
        assertThat(signed.getString("aud")).isEqualTo("partner");
        assertThat(signed.getString("iss")).isEqualTo(TestHouse.URL);
        assertThat(signed.getJsonObject("token_introspection").getBoolean("active"))
                .isTrue();
        assertThat(house.accepts(reply.body().toString()))
                .as("it is no access token")
                .isFalse();
    }

    @Test
    @DisplayName("RFC 7662 §2.1: the token must be named")
    void without_a_token_the_request_is_not_complete() {
        Reply reply =
                house.form("/oauth/introspect", Map.of("client_id", "partner", "client_secret", "p@rtner:secret"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(json(reply).getString("error")).isEqualTo("invalid_request");
    }

    private JsonObject login() {
        return json(house.login("alice", PASSWORD));
    }

    private Reply ask(String token) {
        return ask(token, Map.of());
    }

    private Reply ask(String token, Map<String, String> other) {
        return ask(token, other, Map.of());
    }

    private Reply ask(String token, Map<String, String> other, Map<String, String> headers) {
        var fields =
                new LinkedHashMap<>(Map.of("token", token, "client_id", "partner", "client_secret", "p@rtner:secret"));
        fields.putAll(other);
        String body = String.join(
                "&",
                fields.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .toList());
        var call = TestHouse.call(
                "POST",
                "/oauth/introspect",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Buffer.buffer(body),
                "127.0.0.1");
        call.headers().addAll(MultiMap.caseInsensitiveMultiMap().addAll(headers));
        return TestDatabase.await(house.endpoints.answer(call));
    }

    private String minted(String audience, Map<String, Object> more) {
        return minted(audience, more, Optional.empty());
    }

    private String minted(String audience, Map<String, Object> more, Optional<String> key) {
        var grant = new AccessGrant(
                "somebody",
                new ClientId("web-shop"),
                Optional.empty(),
                Optional.empty(),
                List.of(audience),
                Scopes.parse("data:read"),
                List.of(),
                List.of(),
                more,
                Duration.ofMinutes(5),
                Optional.empty(),
                key);
        return house.tokens.mint().mint(grant, Instant.now()).token();
    }
}
