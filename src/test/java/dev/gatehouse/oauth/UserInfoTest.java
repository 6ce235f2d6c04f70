package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.Username;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UserInfoTest {
    private static final String EVERYTHING = "openid profile email address phone";

    private static final String CLIENTS =
            """
            url: http://localhost:8080
            clients:
              signing:
                type: web
                secret: signing-secret-signing-secret
                userinfo: ES256
                redirect: [https://signing.example/callback]
                scopes: [openid, email]
              signing-not:
                type: web
                secret: signing-secret-signing-secret
                redirect: [https://signing.example/callback]
                scopes: [openid, email]
              paired:
                type: web
                secret: paired-secret-paired-secret
                subject: pairwise
                redirect: [https://paired.example/callback]
                scopes: [openid]
            """;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private String alice;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", "zebra lamp forty");
        alice = house.sql("SELECT id FROM account").get(0).getString("id");
        TestDatabase.await(new Profiles(house.database, house.house.trail())
                .change(
                        new Username("alice"),
                        new Profiles.Change(
                                Map.of(
                                        "given_name", "Alice",
                                        "phone_number", "+33 1 70 18 99 00",
                                        "address.locality", "Paris"),
                                Set.of(),
                                Optional.of(new EmailAddress("alice@people.example")),
                                Optional.of(true)),
                        By.SYSTEM));
    }

    @Test
    @DisplayName("UI03 OpenID Connect Core §5.3.2: what each scope grants, and no more; kept by nobody")
    void each_scope_grants_its_claims() {
        Reply reply = get(token(EVERYTHING));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers())
                .contains(Map.entry("Content-Type", "application/json"), Map.entry("Cache-Control", "no-store"));
        JsonObject all = json(reply);
        assertThat(all.getString("sub")).isEqualTo(alice);
        assertThat(all.getString("given_name")).isEqualTo("Alice");
        assertThat(all.getString("preferred_username")).isEqualTo("alice");
        assertThat(all.getString("email")).isEqualTo("alice@people.example");
        assertThat(all.getBoolean("email_verified")).isTrue();
        assertThat(all.getString("phone_number")).isEqualTo("+33 1 70 18 99 00");
        assertThat(all.getBoolean("phone_number_verified")).isFalse();
        assertThat(all.getJsonObject("address").getString("locality")).isEqualTo("Paris");
        assertThat(all.getLong("updated_at"))
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond() + 60);

        assertThat(json(get(token("openid"))).fieldNames()).containsExactly("sub");
        assertThat(json(get(token("openid email"))).fieldNames())
                .containsExactlyInAnyOrder("sub", "email", "email_verified");
        assertThat(json(get(token("openid phone"))).fieldNames())
                .containsExactlyInAnyOrder("sub", "phone_number", "phone_number_verified");
        assertThat(json(get(token("openid data:read"))).fieldNames()).containsExactly("sub");
    }

    @Test
    @DisplayName("UI01 RFC 6750 §3: no token, a bad one, an ID token: 401 and a challenge")
    void without_a_token_that_holds_there_is_a_challenge() {
        Reply without = ask(Map.of());
        assertThat(without.status()).isEqualTo(401);
        assertThat(challenge(without)).startsWith("Bearer ").doesNotContain("error=");
        String idToken = house.tokens
                .mint()
                .sign(
                        "JWT",
                        new JsonObject()
                                .put("iss", TestHouse.URL)
                                .put("aud", TestHouse.URL)
                                .put("sub", alice)
                                .put("scope", EVERYTHING)
                                .put("client_id", "web-shop")
                                .put("jti", "1")
                                .put("iat", Instant.now().getEpochSecond())
                                .put("exp", Instant.now().getEpochSecond() + 60),
                        JwsAlgorithm.RS256);
        String ended = token(EVERYTHING);
        house.logout(ended);
        for (String bad : List.of("garbage", "a.b.c", idToken, ended, token(EVERYTHING) + "A")) {
            Reply reply = get(bad);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(challenge(reply)).contains("error=\"invalid_token\"");
            assertThat(json(reply).getString("error")).isEqualTo("invalid_token");
        }
    }

    @Test
    @DisplayName("UI02 OpenID Connect Core §5.3: a token without openid is not enough")
    void a_token_without_openid_is_not_enough() {
        Reply reply = get(token("profile email"));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(challenge(reply)).contains("error=\"insufficient_scope\"").contains("scope=\"openid\"");
        assertThat(json(reply).getString("error")).isEqualTo("insufficient_scope");
    }

    @Test
    @DisplayName("OpenID Connect Core §5.3.1: the token comes in the header of GET or POST, or in a form")
    void the_token_comes_in_three_ways() {
        String token = token("openid");
        assertThat(post(Map.of("Authorization", "Bearer " + token), "").status())
                .isEqualTo(200);
        assertThat(post(Map.of("Content-Type", "application/x-www-form-urlencoded"), "access_token=" + token)
                        .status())
                .isEqualTo(200);
        assertThat(post(Map.of("Content-Type", "application/x-www-form-urlencoded"), "")
                        .status())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("RFC 6750 §2: two ways at once are refused, and the address is no way")
    void two_ways_at_once_are_refused() {
        String token = token("openid");
        Reply twice = post(
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/x-www-form-urlencoded"),
                "access_token=" + token);
        assertThat(twice.status()).isEqualTo(400);
        assertThat(json(twice).getString("error")).isEqualTo("invalid_request");
        var call = TestHouse.call("GET", "/oauth/userinfo", Map.of(), Buffer.buffer(), "127.0.0.1");
        var inQuery = new dev.gatehouse.web.Call(
                call.method(),
                call.path(),
                "access_token=" + token,
                call.headers(),
                call.body(),
                call.clientAddress(),
                call.requestId());
        assertThat(TestDatabase.await(house.endpoints.answer(inQuery)).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("UI01 a token of somebody who is locked or gone opens nothing")
    void somebody_who_is_locked_is_nobody() {
        String token = token(EVERYTHING);
        house.sql("UPDATE account SET locked_at = now()");
        assertThat(get(token).status()).isEqualTo(401);
        house.sql("DELETE FROM account");
        assertThat(challenge(get(token))).contains("error=\"invalid_token\"");
    }

    @Test
    @DisplayName("UI01 a token that a program has for itself speaks for nobody")
    void a_programs_own_token_is_nobodys() {
        String program = minted("web-shop", "openid", TestHouse.URL, Map.of());
        assertThat(get(program).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("OpenID Connect Core §5.5: a claim asked for by name is told only where the client may have its scope")
    void a_claim_asked_for_by_name_needs_its_scope() {
        var asked = RequestedClaims.carried(Optional.of(new JsonObject()
                .put("userinfo", new JsonObject().put("email", new JsonObject().put("essential", true)))));
        assertThat(asked).isEqualTo(Map.of(RequestedClaims.CARRIED, List.of("email")));
        assertThat(json(get(minted(alice, "openid", TestHouse.URL, asked))).fieldNames())
                .as("web-shop may have data:read only")
                .containsExactly("sub");
        assertThat(RequestedClaims.carried(
                        Optional.of(new JsonObject().put("userinfo", new JsonObject().putNull("shoe_size")))))
                .isEmpty();
    }

    @Test
    @DisplayName("OpenID Connect Core §5.3: a token for another API of ours will do, one for somebody else will not")
    void any_audience_of_ours_will_do() {
        assertThat(get(minted(alice, "openid", "https://reports.example", Map.of()))
                        .status())
                .isEqualTo(200);
        assertThat(get(minted(alice, "openid", "https://elsewhere.example", Map.of()))
                        .status())
                .isEqualTo(401);
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §5.3.2: a client that asked for it gets a signed answer, with who says so and to whom")
    void a_client_can_have_it_signed() {
        house.config = TestYaml.config(CLIENTS);
        Reply reply = get(minted("signing", alice, "openid email", TestHouse.URL, Map.of()));
        assertThat(reply.headers())
                .contains(Map.entry("Content-Type", "application/jwt"), Map.entry("Cache-Control", "no-store"));
        var signed = house.tokens.own(reply.body().toString(), "JWT").orElseThrow();
        assertThat(signed.algorithm()).isEqualTo(JwsAlgorithm.ES256);
        assertThat(signed.claims())
                .containsEntry("iss", TestHouse.URL)
                .containsEntry("aud", "signing")
                .containsEntry("sub", alice)
                .containsEntry("email", "alice@people.example");
        assertThat(house.accepts(reply.body().toString())).isFalse();
    }

    @Test
    @DisplayName("UI03 OpenID Connect Core §8.1: a pairwise client gets the sub of its ID tokens")
    void a_pairwise_client_gets_its_own_sub() {
        house.config = TestYaml.config(CLIENTS);
        var paired = TestDatabase.await(house.house.clients().find(new ClientId("paired")))
                .orElseThrow();
        assertThat(json(get(minted("paired", alice, "openid", TestHouse.URL, Map.of())))
                        .getString("sub"))
                .isEqualTo(new Subjects(house.house).of(paired, new UserId(alice)))
                .isNotEqualTo(alice);
    }

    @Test
    @DisplayName("OpenID Connect Core §5.5: a claim asked for by name is told to a client that may have its scope")
    void a_claim_asked_for_by_name_is_told() {
        house.config = TestYaml.config(CLIENTS);
        var asked = RequestedClaims.carried(Optional.of(new JsonObject()
                .put("userinfo", new JsonObject().putNull("given_name").putNull("email"))));
        assertThat(json(get(minted("signing-not", alice, "openid", TestHouse.URL, asked)))
                        .fieldNames())
                .containsExactlyInAnyOrder("sub", "email");
    }

    @Test
    @DisplayName("RFC 9449 §7: a token that is bound to a key opens nothing without a proof of it")
    void a_bound_token_needs_its_proof() throws Exception {
        var client = new TestProofs();
        String token = minted("web-shop", alice, "openid", TestHouse.URL, Map.of(), Optional.of(client.thumbprint()));
        Reply plain = get(token);
        assertThat(plain.status()).isEqualTo(401);
        assertThat(challenge(plain)).startsWith("DPoP ").contains("algs=");
        assertThat(ask(Map.of("Authorization", "DPoP " + token)).status()).isEqualTo(401);
        String ath = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        JsonObject right = new JsonObject()
                .put("jti", "proof-1")
                .put("htm", "GET")
                .put("htu", TestHouse.URL + "/oauth/userinfo")
                .put("iat", Instant.now().getEpochSecond())
                .put("ath", ath);
        var proven = Map.of("Authorization", "DPoP " + token, "DPoP", client.sign(right));
        assertThat(json(ask(proven)).getString("sub")).isEqualTo(alice);
        assertThat(ask(proven).status()).as("the same proof again").isEqualTo(401);
    }

    private String token(String scope) {
        return minted(alice, scope, TestHouse.URL, Map.of());
    }

    private String minted(String subject, String scope, String audience, Map<String, Object> more) {
        return minted("web-shop", subject, scope, audience, more);
    }

    private String minted(String client, String subject, String scope, String audience, Map<String, Object> more) {
        return minted(client, subject, scope, audience, more, Optional.empty());
    }

    private String minted(
            String client,
            String subject,
            String scope,
            String audience,
            Map<String, Object> more,
            Optional<String> key) {
        var grant = new AccessGrant(
                subject,
                new ClientId(client),
                Optional.empty(),
                Optional.empty(),
                List.of(audience),
                Scopes.parse(scope),
                List.of(),
                List.of(),
                more,
                Duration.ofMinutes(5),
                Optional.empty(),
                key);
        return house.tokens.mint().mint(grant, Instant.now()).token();
    }

    private Reply get(String token) {
        return ask(Map.of("Authorization", "Bearer " + token));
    }

    private Reply ask(Map<String, String> headers) {
        return TestDatabase.await(house.endpoints.answer(
                TestHouse.call("GET", "/oauth/userinfo", headers, Buffer.buffer(), "127.0.0.1")));
    }

    private Reply post(Map<String, String> headers, String body) {
        return TestDatabase.await(house.endpoints.answer(
                TestHouse.call("POST", "/oauth/userinfo", headers, Buffer.buffer(body), "127.0.0.1")));
    }

    private static String challenge(Reply reply) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals("WWW-Authenticate"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }
}
