package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DpopTest {
    private static final Map<String, String> SERVICE =
            Map.of("grant_type", "client_credentials", "client_id", "billing", "client_secret", "billing-secret");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final TestProofs client = new TestProofs();
    private TestHouse house;
    private String nonce;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        Reply first = token(SERVICE, client.sign(without("nonce")));
        assertThat(first.body().toString()).contains("use_dpop_nonce");
        nonce = field(first, "DPoP-Nonce");
    }

    @Test
    @DisplayName("TK18 a proof without one of our nonces is use_dpop_nonce, and the answer has one")
    void a_nonce_is_needed() {
        assertThat(nonce).hasSizeGreaterThanOrEqualTo(22);
        Reply reply = token(SERVICE, client.sign(without("nonce")));
        assertThat(error(reply)).isEqualTo("400 use_dpop_nonce");
        assertThat(error(token(SERVICE, client.proof("another")))).isEqualTo("400 use_dpop_nonce");
        assertThat(field(reply, "DPoP-Nonce")).isEqualTo(nonce);
    }

    @Test
    @DisplayName("RFC 9449 §5 §6.1 with a proof the token is bound to its key, and says so")
    void a_token_is_bound_to_the_key() {
        Reply reply = token(SERVICE, client.proof(nonce));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).getString("token_type")).isEqualTo("DPoP");
        assertThat(claims(reply).boundTo()).contains(client.thumbprint());
        assertThat(field(reply, "DPoP-Nonce")).as("the next one comes along").isEqualTo(nonce);
        assertThat(claims(house.form("/oauth/token", SERVICE)).boundTo()).isEmpty();
    }

    @Test
    @DisplayName("TK18 RFC 9449 §8.2 a nonce is taken for a few minutes and then no more, on every node")
    void nonces_grow_old() {
        var other = new TestHouse(db, db.another());
        assertThat(token(other, SERVICE, client.proof(nonce)).status()).isEqualTo(200);
        house.ahead = DpopNonces.STEP;
        var later = TestProofs.claims(nonce)
                .put("iat", Instant.now().plus(house.ahead).getEpochSecond());
        Reply stillTaken = token(SERVICE, client.sign(later));
        assertThat(stillTaken.status()).isEqualTo(200);
        assertThat(field(stillTaken, "DPoP-Nonce")).isNotEqualTo(nonce);
        house.ahead = DpopNonces.STEP.multipliedBy(2);
        later = TestProofs.claims(nonce)
                .put("iat", Instant.now().plus(house.ahead).getEpochSecond());
        assertThat(error(token(SERVICE, client.sign(later)))).isEqualTo("400 use_dpop_nonce");
    }

    @Test
    @DisplayName("TK18 a proof is taken once, over all nodes")
    void a_proof_is_taken_once() {
        String proof = client.proof(nonce);
        assertThat(token(SERVICE, proof).status()).isEqualTo(200);
        assertThat(error(token(SERVICE, proof))).isEqualTo("400 invalid_dpop_proof");
        var other = new TestHouse(db, db.another());
        assertThat(error(token(other, SERVICE, proof))).isEqualTo("400 invalid_dpop_proof");
        String raced = client.proof(nonce);
        List<Future<Reply>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) all.add((i % 2 == 0 ? house : other).endpoints.answer(call(SERVICE, raced)));
        TestDatabase.await(Future.all(all));
        assertThat(all.stream().filter(reply -> reply.result().status() == 200)).hasSize(1);
    }

    @Test
    @DisplayName("TK18 RFC 9449 §4.3 what is missing, wrong, stale or for something else is invalid_dpop_proof")
    void wrong_proofs_do_not_hold() {
        long now = Instant.now().getEpochSecond();
        var wrong = Map.ofEntries(
                Map.entry("no jti", client.sign(without("jti"))),
                Map.entry("a long jti", client.sign(with("jti", "j".repeat(257)))),
                Map.entry("no htm", client.sign(without("htm"))),
                Map.entry("another method", client.sign(with("htm", "GET"))),
                Map.entry("a method in small letters", client.sign(with("htm", "post"))),
                Map.entry("no htu", client.sign(without("htu"))),
                Map.entry("another path", client.sign(with("htu", TestHouse.URL + "/oauth/par"))),
                Map.entry("another host", client.sign(with("htu", "http://evil.example/oauth/token"))),
                Map.entry("a path alone", client.sign(with("htu", "/oauth/token"))),
                Map.entry("no iat", client.sign(without("iat"))),
                Map.entry("a text as iat", client.sign(with("iat", String.valueOf(now)))),
                Map.entry("stale", client.sign(with("iat", now - 70))),
                Map.entry("made in the future", client.sign(with("iat", now + 70))),
                Map.entry("another typ", signed(header -> header.type(JOSEObjectType.JWT))),
                Map.entry("no typ", signed(header -> header.type(null))),
                Map.entry("no jwk", signed(header -> header.jwk(null))),
                Map.entry("another key", signed(header -> header.jwk(new TestProofs().key.toPublicJWK()))),
                Map.entry("a private key", withPrivateKey()),
                Map.entry("no signature", unsigned()),
                Map.entry("not a JWT", "proof"),
                Map.entry("two in one field", client.proof(nonce) + ", " + client.proof(nonce)));
        wrong.forEach(
                (why, proof) -> assertThat(error(token(SERVICE, proof))).as(why).isEqualTo("400 invalid_dpop_proof"));
    }

    @Test
    @DisplayName("RFC 9449 §4.3 check 1 two proofs are none")
    void two_header_fields_are_refused() {
        Call one = call(SERVICE, client.proof(nonce));
        one.headers().add("DPoP", client.proof(nonce));
        assertThat(error(TestDatabase.await(house.endpoints.answer(one)))).isEqualTo("400 invalid_dpop_proof");
    }

    @Test
    @DisplayName("RFC 9449 §4.3 htu is compared without query and fragment, as addresses are")
    void addresses_are_compared_as_addresses() {
        for (String same : List.of(
                "HTTP://LOCALHOST:8080/oauth/token",
                TestHouse.URL + "/oauth/token?a=b",
                TestHouse.URL + "/oauth/token#c",
                TestHouse.URL + "/oauth/%74oken"))
            assertThat(token(SERVICE, client.sign(with("htu", same))).status())
                    .as(same)
                    .isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9449 §5 a refresh token of a public client works with its key alone")
    void refresh_tokens_of_public_clients_are_bound() {
        house.has("alice", "zebra lamp forty");
        Reply first = redeem(client.proof(nonce));
        assertThat(json(first).getString("token_type")).isEqualTo("DPoP");
        var refresh = Map.of(
                "grant_type", "refresh_token",
                "client_id", "web-shop",
                "refresh_token", json(first).getString("refresh_token"));
        assertThat(error(house.form("/oauth/token", refresh))).isEqualTo("400 invalid_grant");
        assertThat(error(token(refresh, new TestProofs().proof(nonce)))).isEqualTo("400 invalid_grant");
        Reply next = token(refresh, client.proof(nonce));
        assertThat(next.status()).isEqualTo(200);
        assertThat(claims(next).boundTo()).contains(client.thumbprint());
    }

    @Test
    @DisplayName("RFC 9449 §10 a code that was asked for with a key is redeemed by its holder alone")
    void a_code_may_be_bound_to_a_key() {
        house.has("alice", "zebra lamp forty");
        var codes = new TestCodes(house, "alice");
        var bound = codes.authorization().with("dpop_jkt", client.thumbprint());
        assertThat(error(house.form("/oauth/token", TestCodes.redemption(codes.issue(bound)))))
                .isEqualTo("400 invalid_grant");
        assertThat(error(token(TestCodes.redemption(codes.issue(bound)), new TestProofs().proof(nonce))))
                .isEqualTo("400 invalid_grant");
        assertThat(token(TestCodes.redemption(codes.issue(bound)), client.proof(nonce))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName(
            "RFC 9449 §7.1 at a resource of the house a bound token needs the scheme DPoP and a proof of its key with ath")
    void a_bound_token_is_used_with_a_proof() throws Exception {
        Reply reply = token(SERVICE, client.proof(nonce));
        String token = json(reply).getString("access_token");
        Claims claims = claims(reply);
        var proofs = new DpopProofs(house.house);
        var right = TestProofs.claims(nonce)
                .put("htm", "GET")
                .put("htu", TestHouse.URL + "/oauth/userinfo")
                .put("ath", sha256(token));
        assertThatCode(() -> use(proofs, client.sign(right), true, token, claims))
                .doesNotThrowAnyException();
        var refused = Map.of(
                "no proof", "",
                "of another key", new TestProofs().sign(right.copy().put("jti", "a")),
                "for another token", client.sign(right.copy().put("jti", "b").put("ath", sha256("other"))),
                "for no token", client.sign(without(right.copy().put("jti", "c"), "ath")),
                "seen before", client.sign(right),
                "an old nonce", client.sign(right.copy().put("jti", "d").put("nonce", "old")));
        refused.forEach((why, proof) -> assertThatThrownBy(() -> use(proofs, proof, true, token, claims))
                .as(why)
                .satisfies(thrown -> {
                    var refusal = (Refusal) thrown;
                    assertThat(refusal.problem().status()).isEqualTo(401);
                    assertThat(refusal.fields().get("WWW-Authenticate"))
                            .startsWith("DPoP ")
                            .contains("error=");
                    assertThat(refusal.fields()).containsEntry("DPoP-Nonce", nonce);
                }));
        assertThatThrownBy(() -> use(proofs, "", false, token, claims))
                .as("as a plain bearer token")
                .isInstanceOf(Refusal.class);
        assertThatCode(() ->
                        use(proofs, client.sign(without(right.copy().put("jti", "e"), "nonce")), true, token, claims))
                .as("without a nonce")
                .doesNotThrowAnyException();
        Reply plain = house.form("/oauth/token", SERVICE);
        assertThatThrownBy(() ->
                        use(proofs, client.sign(right), true, json(plain).getString("access_token"), claims(plain)))
                .as("an unbound token under DPoP")
                .isInstanceOf(Refusal.class);
    }

    @Test
    @DisplayName("RFC 9449 §7.1 user information is told to the holder of the key alone")
    void user_information_needs_the_key() throws Exception {
        house.has("alice", "zebra lamp forty");
        var codes = new TestCodes(house, "alice");
        var fields = new HashMap<>(TestCodes.redemption(
                codes.issue(codes.authorization().client("viewer").with("scope", "openid"))));
        fields.put("client_id", "viewer");
        String token = json(token(fields, client.proof(nonce))).getString("access_token");
        var right = TestProofs.claims(nonce)
                .put("htm", "GET")
                .put("htu", TestHouse.URL + "/oauth/userinfo")
                .put("ath", sha256(token));
        assertThat(userInfo(Map.of("Authorization", "DPoP " + token, "DPoP", client.sign(right)))
                        .status())
                .isEqualTo(200);
        for (var wrong : List.of(
                Map.of("Authorization", "Bearer " + token),
                Map.of("Authorization", "DPoP " + token),
                Map.of(
                        "Authorization",
                        "Bearer " + token,
                        "DPoP",
                        client.sign(right.copy().put("jti", "b"))),
                Map.of("Authorization", "DPoP " + token, "DPoP", client.sign(right)),
                Map.of(
                        "Authorization",
                        "DPoP " + token,
                        "DPoP",
                        new TestProofs().sign(right.copy().put("jti", "c"))))) {
            Reply reply = userInfo(wrong);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.headers().stream().filter(field -> field.getKey().equals("WWW-Authenticate")))
                    .hasSize(1);
            assertThat(field(reply, "WWW-Authenticate"))
                    .startsWith("DPoP algs=")
                    .contains("error=");
        }
        Reply old = userInfo(Map.of(
                "Authorization",
                "DPoP " + token,
                "DPoP",
                client.sign(right.copy().put("jti", "d").put("nonce", "old"))));
        assertThat(field(old, "WWW-Authenticate")).contains("error=\"use_dpop_nonce\"");
        assertThat(field(old, "DPoP-Nonce")).isEqualTo(nonce);
    }

    private Reply userInfo(Map<String, String> headers) {
        return TestDatabase.await(house.endpoints.answer(
                TestHouse.call("GET", "/oauth/userinfo", headers, Buffer.buffer(), "127.0.0.1")));
    }

    private static void use(DpopProofs proofs, String proof, boolean schemeIsDpop, String token, Claims claims) {
        var headers = proof.isEmpty() ? Map.<String, String>of() : Map.of("DPoP", proof);
        Call call = TestHouse.call("GET", "/oauth/userinfo", headers, Buffer.buffer(), "127.0.0.1");
        Future<Void> done = proofs.ofResourceRequest(call, schemeIsDpop, token, claims);
        TestDatabase.await(done.otherwiseEmpty());
        if (done.failed()) throw (Refusal) done.cause();
    }

    private Reply redeem(String proof) {
        return token(TestCodes.redemption(new TestCodes(house, "alice").issue()), proof);
    }

    private JsonObject with(String name, Object value) {
        return TestProofs.claims(nonce).put(name, value);
    }

    private JsonObject without(String name) {
        return without(TestProofs.claims(nonce == null ? "none" : nonce), name);
    }

    private static JsonObject without(JsonObject claims, String name) {
        claims.remove(name);
        return claims;
    }

    private String signed(UnaryOperator<JWSHeader.Builder> changed) {
        return client.sign(TestProofs.claims(nonce), changed);
    }

    /** The same proof over a header that also holds the private half. */
    private String withPrivateKey() {
        String[] parts = client.proof(nonce).split("\\.");
        var header = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8));
        header.getJsonObject("jwk").put("d", client.key.getD().toString());
        return encoded(header) + "." + parts[1] + "." + parts[2];
    }

    private String unsigned() {
        String[] parts = client.proof(nonce).split("\\.");
        var header = new JsonObject(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8));
        return encoded(header.put("alg", "none")) + "." + parts[1] + ".";
    }

    private static String encoded(JsonObject object) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(object.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private Reply token(Map<String, String> fields, String proof) {
        return token(house, fields, proof);
    }

    private static Reply token(TestHouse house, Map<String, String> fields, String proof) {
        return TestDatabase.await(house.endpoints.answer(call(fields, proof)));
    }

    private static Call call(Map<String, String> fields, String proof) {
        Call call = TestHouse.formCall("/oauth/token", new HashMap<>(fields), "127.0.0.1");
        call.headers().set("DPoP", proof);
        return call;
    }

    private Claims claims(Reply reply) {
        return ((Verdict.Accepted) house.verify(json(reply).getString("access_token"))).claims();
    }

    private static String field(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static String error(Reply reply) {
        return reply.status() + " " + json(reply).getString("error");
    }
}
