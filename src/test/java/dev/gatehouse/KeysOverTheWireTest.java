package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys and metadata as anybody can fetch them, judged by a JOSE library that is not ours. */
final class KeysOverTheWireTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");
    private static final Duration LONGEST_TOKEN = Duration.ofMinutes(10);

    private static Gate gate;
    private static BackRoom backRoom;
    private static JsonObject tokens;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  demo:
                    path: /
                    upstream: eventbus:nobody
                    routes:
                      GET /protected: login
                tokens:
                  access: 10m
                keys:
                  algorithms: [ES256, RS256]
                """);
        backRoom = BackRoom.behind(gate, DATABASE);
        gate.register("ada");
        tokens = gate.login("ada");
        await().until(() -> keys().size() == 4);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
    }

    @Test
    @DisplayName(
            "JW01 the JWKS: public members only, each key with its own kid, alg and use, none symmetric, and caches may keep it")
    void the_jwks_is_public_and_complete() throws ParseException {
        HttpResponse<String> answer = gate.get("/oauth/jwks", "Origin", "https://anybody.example");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("public, max-age=900");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        new JsonObject(answer.body()).getJsonArray("keys").forEach(key -> assertThat(((JsonObject) key).fieldNames())
                .doesNotContainAnyElementsOf(PRIVATE));
        var kids = new HashSet<String>();
        var algorithms = new HashSet<String>();
        for (JWK key : JWKSet.parse(answer.body()).getKeys()) {
            assertThat(key.isPrivate()).isFalse();
            assertThat(key).isInstanceOf(AsymmetricJWK.class);
            assertThat(key.getKeyUse()).hasToString("sig");
            assertThat(kids.add(key.getKeyID())).as("kid is unique").isTrue();
            algorithms.add(key.getAlgorithm().getName());
        }
        assertThat(algorithms).containsExactlyInAnyOrder("ES256", "RS256");
        String etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(gate.get("/oauth/jwks", "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    @DisplayName(
            "oidcc-server-rotate-keys: JW02 a key is published before it signs, and stays longer than the tokens that it signed")
    void rotation_surprises_nobody() throws Exception {
        String old = token();
        Set<String> before = keys().keySet();
        String signing = kid(old);
        backRoom.rotate();
        await().until(() -> !kid(token()).equals(signing));
        String fresh = token();
        assertThat(before).as("published before its first use").contains(kid(fresh));
        await().until(() -> keys().size() == 6);
        assertThat(keys().keySet()).containsAll(before);
        assertThat(holds(old)).isTrue();
        assertThat(holds(fresh)).isTrue();
        Instant gone = backRoom.sql("SELECT gone_at FROM signing_key WHERE kid = $1", signing)
                .get(0)
                .getOffsetDateTime("gone_at")
                .toInstant();
        assertThat(gone)
                .isAfter(SignedJWT.parse(fresh)
                        .getJWTClaimsSet()
                        .getIssueTime()
                        .toInstant()
                        .plus(LONGEST_TOKEN));
        // A third party that kept the set for as long as it may still knows whom to believe.
        JWKSet kept = JWKSet.parse(gate.get("/oauth/jwks").body());
        backRoom.rotate();
        await().until(() -> !kid(token()).equals(kid(fresh)));
        assertThat(kept.getKeyByKeyId(kid(token()))).isNotNull();
    }

    @Test
    @DisplayName("JW03 metadata names the same issuer whatever Host, X-Forwarded-Host or Forwarded say")
    void the_issuer_is_not_what_callers_say() {
        for (String path : List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
            String plain = gate.get(path).body();
            assertThat(new JsonObject(plain).getString("issuer")).isEqualTo(gate.url());
            assertThat(new JsonObject(plain).getString("jwks_uri")).isEqualTo(gate.url() + "/oauth/jwks");
            try (var caller = new RawCaller(gate.port())) {
                var answer = caller.send(
                        "GET " + path
                                + " HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.example;proto=https\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(plain);
                assertThat(answer.head()).doesNotContain("evil.example");
            }
        }
    }

    @Test
    @DisplayName("JW03 nor do tokens, refusals and links")
    void nothing_else_listens_to_host_either() throws Exception {
        try (var caller = new RawCaller(gate.port())) {
            String body = new JsonObject()
                    .put("username", "ada")
                    .put("password", Gate.PASSWORD)
                    .encode();
            var login = caller.send(
                    "POST /login HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body);
            var claims = SignedJWT.parse(new JsonObject(login.body()).getString("access_token"))
                    .getJWTClaimsSet();
            assertThat(claims.getIssuer()).isEqualTo(gate.url());
            assertThat(claims.getAudience()).containsExactly(gate.url());
            for (String path : List.of("/", "/nothing", "/protected", "/_gate/openapi.json", "/register")) {
                var answer = caller.send(
                        "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n");
                assertThat(answer.head() + answer.body()).as(path).doesNotContain("evil.example");
            }
        }
    }

    /** Issued now, without hashing a password for it. */
    private static String token() {
        tokens = new JsonObject(gate.refresh(tokens.getString("refresh_token")).body());
        return tokens.getString("access_token");
    }

    private static Map<String, JWK> keys() throws ParseException {
        var keys = new TreeMap<String, JWK>();
        for (JWK key : JWKSet.parse(gate.get("/oauth/jwks").body()).getKeys()) keys.put(key.getKeyID(), key);
        return keys;
    }

    /** As somebody else would see it, with what is published now. */
    private static boolean holds(String token) throws Exception {
        var parsed = SignedJWT.parse(token);
        var key = (AsymmetricJWK) keys().get(parsed.getHeader().getKeyID());
        return parsed.verify(new DefaultJWSVerifierFactory().createJWSVerifier(parsed.getHeader(), key.toPublicKey()));
    }

    private static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }
}
