package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import dev.gatehouse.QuietVertx;
import dev.gatehouse.oauth.TestProofs;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.DpopNonces;
import dev.gatehouse.tokens.TestTokens;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietVertx.class)
@DisplayName("RFC 9449 tokens that only the holder of a key may use, at the gate")
final class DpopAtTheGateTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static RawUpstream upstream;
    private static TestGate gate;

    private final TestProofs client = new TestProofs();
    private final String token = bound(gate, client);

    @BeforeAll
    static void open() throws Exception {
        upstream = RawUpstream.ok();
        gate = TestGate.plan()
                .route("ANY /a: login", upstream.origin())
                .route("GET /files/**: login", upstream.origin())
                .route("GET /public: public", upstream.origin())
                .relaying()
                .route("GET /relay: login", upstream.origin())
                .open();
    }

    @AfterAll
    static void close() throws Exception {
        gate.close();
        upstream.close();
    }

    private static String bound(TestGate gate, TestProofs client) {
        var usual = TestTokens.grant("u_bound");
        var grant = new AccessGrant(
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
                Optional.of(client.thumbprint()));
        return gate.tokens.tokens.mint().mint(grant, gate.tokens.now).token();
    }

    private JsonObject claims(String method, String path) {
        return new JsonObject()
                .put("jti", RandomText.of(RANDOM, 16))
                .put("htm", method)
                .put("htu", TestGate.URL + path)
                .put("iat", Instant.now().getEpochSecond())
                .put("ath", ath(token));
    }

    private static String ath(String token) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private String get(String path, String proof) {
        return request(gate, "GET", path, "DPoP " + token, proof);
    }

    private static String request(TestGate gate, String method, String path, String authorization, String... proofs) {
        var text =
                new StringBuilder(method + " " + path + " HTTP/1.1\nHost: g\nAuthorization: " + authorization + "\n");
        for (String proof : proofs) text.append("DPoP: ").append(proof).append('\n');
        return gate.call(text + "\n");
    }

    private static String nonce(String answer) {
        int at = answer.indexOf("DPoP-Nonce: ") + 12;
        return answer.substring(at, answer.indexOf("\r\n", at));
    }

    @Test
    @DisplayName("with a proof of its key a bound token is taken, and neither goes on to the API")
    void a_proof_opens() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(get("/a?x=" + i, client.sign(claims("GET", "/a")))).startsWith("HTTP/1.1 200 ");
            assertThat(upstream.received())
                    .contains("X-Gatehouse-Subject: u_bound")
                    .doesNotContainIgnoringCase("dpop", "authorization");
        }
        assertThat(get("/relay", client.sign(claims("GET", "/relay")))).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).contains("Authorization: DPoP ", "DPoP: ey");
    }

    @Test
    @DisplayName("TK18 missing, stale, for something else, with another key or ill made: 401, whatever else it is")
    void wrong_proofs_do_not_hold() {
        long now = Instant.now().getEpochSecond();
        var stranger = new TestProofs();
        var wrong = Map.ofEntries(
                Map.entry("no jti", client.sign(without("jti"))),
                Map.entry("a long jti", client.sign(with("jti", "j".repeat(257)))),
                Map.entry("no htm", client.sign(without("htm"))),
                Map.entry("another method", client.sign(with("htm", "POST"))),
                Map.entry("no htu", client.sign(without("htu"))),
                Map.entry("another path", client.sign(with("htu", TestGate.URL + "/b"))),
                Map.entry("another host", client.sign(with("htu", "https://evil.example/a"))),
                Map.entry("the host of the request", client.sign(with("htu", "https://g/a"))),
                Map.entry("no iat", client.sign(without("iat"))),
                Map.entry("stale", client.sign(with("iat", now - 70))),
                Map.entry("made in the future", client.sign(with("iat", now + 70))),
                Map.entry("no ath", client.sign(without("ath"))),
                Map.entry("another ath", client.sign(with("ath", ath("another")))),
                Map.entry("another typ", client.sign(claims("GET", "/a"), header -> header.type(JOSEObjectType.JWT))),
                Map.entry("no jwk", client.sign(claims("GET", "/a"), header -> header.jwk(null))),
                Map.entry(
                        "signed by another key",
                        stranger.sign(claims("GET", "/a"), header -> header.jwk(client.key.toPublicJWK()))),
                Map.entry("not a JWT", "proof"),
                Map.entry("a private key", withPrivateKey()));
        wrong.forEach((why, proof) -> assertThat(get("/a", proof))
                .as(why)
                .startsWith("HTTP/1.1 401 ")
                .contains(
                        "WWW-Authenticate: DPoP algs=\"ES256 EdDSA RS256 PS256\", error=\"invalid_dpop_proof\"",
                        "WWW-Authenticate: Bearer realm=\"gatehouse\"\r\n",
                        "DPoP-Nonce: ",
                        "\"reason\":\"invalid_token\""));
        assertThat(get("/a", stranger.sign(claims("GET", "/a"))))
                .as("another key")
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"");
        assertThat(request(gate, "GET", "/a", "DPoP " + token))
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_dpop_proof\"");
        assertThat(request(
                        gate,
                        "GET",
                        "/a",
                        "DPoP " + token,
                        client.sign(claims("GET", "/a")),
                        client.sign(claims("GET", "/a"))))
                .startsWith("HTTP/1.1 401 ");
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    @DisplayName("TK18 RFC 9449 8 a nonce need not be sent, but one that is has to be ours")
    void nonces_are_ours() throws Exception {
        String refused = get("/a", client.sign(with("nonce", "made-up")));
        assertThat(refused).startsWith("HTTP/1.1 401 ").contains("error=\"use_dpop_nonce\"");
        assertThat(get("/a", client.sign(with("nonce", nonce(refused))))).startsWith("HTTP/1.1 200 ");
        upstream.received();
        assertThat(nonce(refused)).isEqualTo(new DpopNonces(new byte[32], InstantSource.system()).present());
    }

    @Test
    @DisplayName("RFC 9449 7.2 a bound token is no bearer token, an unbound one no DPoP token, with a proof too")
    void schemes_are_not_mixed_up() {
        String proof = client.sign(claims("GET", "/a"));
        assertThat(request(gate, "GET", "/a", "Bearer " + token, proof))
                .startsWith("HTTP/1.1 401 ")
                .contains("Bearer realm=\"gatehouse\", error=\"invalid_token\"", "WWW-Authenticate: DPoP algs=");
        assertThat(request(gate, "GET", "/a", "DPoP " + gate.tokens.minted("u_1"), proof))
                .startsWith("HTTP/1.1 401 ")
                .contains("error=\"invalid_token\"", "bound to no key");
        assertThat(request(gate, "GET", "/a", "DPoP a.b.c", proof)).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    @DisplayName("RFC 9449 4.3 addresses are compared as addresses: the canonical path, without the query")
    void addresses_are_compared_as_addresses() throws Exception {
        assertThat(get("/files/%7Ebob/x%20y?q=1", client.sign(claims("GET", "/files/~bob/x%20y"))))
                .startsWith("HTTP/1.1 200 ");
        upstream.received();
        assertThat(get("/files/a/../b", client.sign(claims("GET", "/files/b")))).doesNotStartWith("HTTP/1.1 401 ");
        upstream.requests.clear();
    }

    @Test
    @DisplayName("TK18 a proof is taken once, by whichever event loop")
    void a_proof_is_taken_once() throws Exception {
        try (var own = RawUpstream.ok();
                var several = TestGate.plan()
                        .loops(4)
                        .route("GET /a: login", own.origin())
                        .open()) {
            String access = bound(several, client);
            for (int round = 0; round < 5; round++) {
                String proof = client.sign(claims("GET", "/a").put("ath", ath(access)));
                Callable<String> call = () -> request(several, "GET", "/a", "DPoP " + access, proof);
                assertThat(all(call, 16).stream().filter(answer -> answer.startsWith("HTTP/1.1 200 ")))
                        .hasSize(1);
            }
        }
    }

    @Test
    @DisplayName("I1 a proof that another node was shown is not taken; I5 without the database each node decides alone")
    void other_nodes_are_asked() throws Exception {
        var asked = new AtomicInteger();
        try (var own = RawUpstream.ok();
                var second = TestGate.plan()
                        .otherNodes((proof, until) -> Future.succeededFuture(asked.incrementAndGet() > 1))
                        .route("GET /a: login", own.origin())
                        .open();
                var alone = TestGate.plan()
                        .otherNodes((proof, until) -> Future.failedFuture("no database"))
                        .route("GET /a: login", own.origin())
                        .open()) {
            String access = bound(second, client);
            JsonObject first = claims("GET", "/a").put("ath", ath(access));
            assertThat(request(second, "GET", "/a", "DPoP " + access, client.sign(first)))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("used before");
            JsonObject next = claims("GET", "/a").put("ath", ath(access));
            assertThat(request(second, "GET", "/a", "DPoP " + access, client.sign(next)))
                    .startsWith("HTTP/1.1 200 ");

            String there = bound(alone, client);
            String proof = client.sign(claims("GET", "/a").put("ath", ath(there)));
            assertThat(request(alone, "GET", "/a", "DPoP " + there, proof)).startsWith("HTTP/1.1 200 ");
            assertThat(request(alone, "GET", "/a", "DPoP " + there, proof)).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void a_body_waits_while_the_other_nodes_are_asked() throws Exception {
        try (var own = RawUpstream.ok();
                var slow = TestGate.plan()
                        .otherNodes((proof, until) -> Future.future(answer -> io.vertx.core.Vertx.currentContext()
                                .owner()
                                .setTimer(50, due -> answer.complete(true))))
                        .route("POST /a: login", own.origin())
                        .open()) {
            String access = bound(slow, client);
            String proof = client.sign(claims("POST", "/a").put("ath", ath(access)));
            String body = "x".repeat(100_000);
            assertThat(slow.call("POST /a HTTP/1.1\nHost: g\nAuthorization: DPoP " + access + "\nDPoP: " + proof
                            + "\nContent-Length: " + body.length() + "\n\n" + body))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(own.received()).endsWith("\r\n\r\n" + body);
        }
    }

    @Test
    void public_routes_look_at_no_proof() throws Exception {
        assertThat(get("/public", "nonsense")).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.received()).doesNotContain("nonsense");
    }

    private static <T> List<T> all(Callable<T> call, int times) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(times);
        try {
            var calls = new ArrayList<Callable<T>>();
            for (int i = 0; i < times; i++) calls.add(call);
            var answers = new ArrayList<T>();
            for (var done : callers.invokeAll(calls)) answers.add(done.get());
            return answers;
        } finally {
            callers.shutdownNow();
        }
    }

    private JsonObject with(String name, Object value) {
        return claims("GET", "/a").put(name, value);
    }

    private JsonObject without(String name) {
        var claims = claims("GET", "/a");
        claims.remove(name);
        return claims;
    }

    private String withPrivateKey() {
        String[] parts = client.sign(claims("GET", "/a")).split("\\.");
        String header = new JsonObject()
                .put("typ", "dpop+jwt")
                .put("alg", "ES256")
                .put("jwk", new JsonObject(client.key.toJSONObject()))
                .encode();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[1] + "." + parts[2];
    }
}
