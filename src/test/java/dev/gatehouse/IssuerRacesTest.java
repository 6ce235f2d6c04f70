package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.oauth.conformance.Browser;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** X1: two nodes on one database, a hundred callers of one thing that succeeds once. */
final class IssuerRacesTest {
    private static final int CALLERS = 100;
    private static final String URL = "http://localhost:8080";
    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    @TempDir
    static Path folder;

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(CALLERS);
    private static final App APP = new App(URL, "app");
    private static ECKey key;
    private static CountingApi api;
    private static List<Gate> nodes;
    private static BackRoom backRoom;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("signer-1").generate();
        Path jwks = Files.writeString(folder.resolve("signer.json"), new JWKSet(key.toPublicJWK()).toString(true));
        api = new CountingApi();
        String yaml = "url: " + URL
                + "\napis: {demo: {path: /, upstream: 'eventbus:nobody', routes: {GET /who: login}},"
                + " bound: {path: /bound, upstream: '" + api.origin() + "', routes: {GET /: scope data:read}}}\n"
                + App.CLIENTS
                + "  signer: {type: service, auth: private_key_jwt, jwks: 'file:" + jwks + "', scopes: [data:read]}\n";
        nodes = List.of(Gate.open(DATABASE, yaml), Gate.open(DATABASE, yaml));
        backRoom = BackRoom.behind(nodes.get(0), DATABASE);
        nodes.get(0).register("ada");
        browser = APP.browser(nodes.get(0), "ada");
        APP.code(browser);
    }

    @AfterAll
    static void close() {
        backRoom.close();
        nodes.forEach(Gate::close);
        api.close();
        THREADS.shutdownNow();
    }

    @Test
    @DisplayName(
            "X1 I1 a hundred redemptions of one code over two nodes: one winner and one grant, which the losers end (RFC 6749 §4.1.2)")
    void one_code() throws Exception {
        for (int round = 1; round <= 3; round++) {
            var app = new App(URL, "app-" + round);
            String code = app.code(browser);
            long before = grants();
            JsonObject won = onlyWinner(atOnce(node -> app.redeem(node, code)), "invalid_grant");
            assertThat(grants() - before).as("grants").isEqualTo(1);
            for (Gate node : nodes)
                await().untilAsserted(() -> assertThat(node.getAs(won.getString("access_token"), "/who")
                                .statusCode())
                        .as("what a code that was used twice produced")
                        .isEqualTo(401));
        }
    }

    @Test
    @DisplayName("X2 I1 a hundred refreshes of one token over two nodes: one successor")
    void one_refresh_token() throws Exception {
        JsonObject tokens = App.tokens(APP.redeem(nodes.get(0), APP.code(browser)));
        var successors = new HashSet<String>();
        for (HttpResponse<String> answer : atOnce(node -> APP.refresh(node, tokens.getString("refresh_token"))))
            successors.add(App.tokens(answer).getString("refresh_token"));
        assertThat(successors).hasSize(1).doesNotContain(tokens.getString("refresh_token"));
    }

    @Test
    @DisplayName("DV03 I1 a hundred polls with one allowed device code over two nodes: one winner and one grant")
    void one_device_code() throws Exception {
        JsonObject screen = new JsonObject(nodes.get(0)
                .postForm("/oauth/device", "client_id=tv&scope=openid+offline_access")
                .body());
        Browser.Stop end = browser.through(screen.getString("verification_uri_complete"));
        assertThat(end.status()).as(end.html()).isEqualTo(200);
        long before = grants();
        onlyWinner(
                atOnce(node -> node.postForm(
                        "/oauth/token",
                        Browser.encoded(Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:device_code",
                                "client_id",
                                "tv",
                                "device_code",
                                screen.getString("device_code"))))),
                "invalid_grant",
                "slow_down",
                "expired_token");
        assertThat(grants() - before).isEqualTo(1);
    }

    @Test
    @DisplayName("PR05 I1 a hundred browsers with one pushed request over two nodes: one code at most")
    void one_pushed_request() throws Exception {
        JsonObject pushed = new JsonObject(nodes.get(0)
                .postForm("/oauth/par", Browser.encoded(APP.request()))
                .body());
        String url = APP.authorize(Map.of("client_id", "app", "request_uri", pushed.getString("request_uri")));
        long codes = atOnce(node -> browser.by(call -> App.reply(node, call)).open(url)).stream()
                .filter(stop -> stop.brought().containsKey("code"))
                .count();
        assertThat(codes).isEqualTo(1);
    }

    @Test
    @DisplayName("TK16 I1 a hundred requests with one assertion over two nodes: one is believed")
    void one_assertion() throws Exception {
        var claims = new JWTClaimsSet.Builder()
                .issuer("signer")
                .subject("signer")
                .audience(URL)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
        String assertion = signed(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("signer-1").build(), claims);
        onlyWinner(
                atOnce(node -> node.postForm(
                        "/oauth/token",
                        Browser.encoded(Map.of(
                                "grant_type", "client_credentials",
                                "client_assertion_type", ASSERTION,
                                "client_assertion", assertion)))),
                "invalid_client");
    }

    @Test
    @DisplayName("TK18 I1 a hundred requests with one DPoP proof over two nodes: one is believed")
    void one_proof() throws Exception {
        String proof = proof(tokenRequest());
        onlyWinner(atOnce(node -> withProof(node, proof)), "invalid_dpop_proof");
    }

    @Test
    @DisplayName(
            "TK18 I1, RFC 9449 §11.1: a hundred requests to an API with one proof over two nodes: one arrives there")
    void one_proof_at_an_api() throws Exception {
        String token =
                new JsonObject(withProof(nodes.get(0), proof(tokenRequest())).body()).getString("access_token");
        for (Gate node : nodes)
            assertThat(bound(node, token, proof(apiRequest(token))).statusCode())
                    .isEqualTo(200);
        for (int round = 0; round < 3; round++) {
            long before = api.requests();
            String proof = proof(apiRequest(token));
            int taken = 0;
            for (HttpResponse<String> answer : atOnce(node -> bound(node, token, proof))) {
                if (answer.statusCode() == 200) taken++;
                else
                    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(answer.body()))
                            .contains("error=\"invalid_dpop_proof\"");
            }
            assertThat(taken).isEqualTo(1);
            assertThat(api.requests() - before).isEqualTo(1);
        }
    }

    private static HttpResponse<String> bound(Gate node, String token, String proof) {
        return node.get("/bound", "Authorization", "DPoP " + token, "DPoP", proof);
    }

    private static Map<String, Object> apiRequest(String token) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        return Map.of(
                "htm",
                "GET",
                "htu",
                URL + "/bound",
                "ath",
                Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    }

    /** With the nonce that the endpoint asks for. */
    private static Map<String, Object> tokenRequest() throws Exception {
        Map<String, Object> claims = new LinkedHashMap<>(Map.of("htm", "POST", "htu", URL + "/oauth/token"));
        withProof(nodes.get(0), proof(claims))
                .headers()
                .firstValue("DPoP-Nonce")
                .ifPresent(told -> claims.put("nonce", told));
        return claims;
    }

    private static HttpResponse<String> withProof(Gate node, String proof) {
        String secret = "a secret of the worker, for tests alone";
        String basic = Base64.getEncoder()
                .encodeToString(
                        ("worker:" + secret.replace(" ", "+").replace(",", "%2C")).getBytes(StandardCharsets.US_ASCII));
        return node.postForm(
                "/oauth/token", "grant_type=client_credentials", "Authorization", "Basic " + basic, "DPoP", proof);
    }

    private static String proof(Map<String, Object> more) throws Exception {
        var claims =
                new JWTClaimsSet.Builder().jwtID(UUID.randomUUID().toString()).issueTime(Date.from(Instant.now()));
        more.forEach(claims::claim);
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType("dpop+jwt"))
                .jwk(key.toPublicJWK())
                .build();
        return signed(header, claims.build());
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims) throws Exception {
        var jwt = new SignedJWT(header, claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    /** What the one winner got; everybody else hears one of these errors, or that they ask too often. */
    private static JsonObject onlyWinner(List<HttpResponse<String>> answers, String... errors) {
        var winners = new ArrayList<JsonObject>();
        for (HttpResponse<String> answer : answers) {
            var body = new JsonObject(answer.body());
            if (answer.statusCode() == 200) winners.add(body);
            else if (answer.statusCode() != 429)
                assertThat(body.getString("error")).as(answer.body()).isIn((Object[]) errors);
        }
        assertThat(winners).hasSize(1);
        return winners.get(0);
    }

    private static long grants() {
        return backRoom.sql("SELECT count(*) AS grants FROM refresh_family")
                .get(0)
                .getLong("grants");
    }

    /** Everybody begins at the same moment, half of them at each node. */
    private static <T> List<T> atOnce(Function<Gate, T> task) throws Exception {
        var start = new CountDownLatch(CALLERS);
        var running = new ArrayList<Future<T>>();
        for (int caller = 0; caller < CALLERS; caller++) {
            Gate node = nodes.get(caller % nodes.size());
            running.add(THREADS.submit(() -> {
                start.countDown();
                start.await();
                return task.apply(node);
            }));
        }
        var done = new ArrayList<T>();
        for (Future<T> each : running) done.add(each.get());
        return done;
    }
}
