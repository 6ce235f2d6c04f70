package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.ClientDesk;
import dev.gatehouse.outbound.TestSite;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Apps of strangers at whole gates, over real sockets: one gate as it is when nothing is said, one that is open to them and knows a network of its own. */
final class StrangersRegisterTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final Vertx VERTX = Vertx.vertx();
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static TestDatabase other;
    private static TestSite site;
    private static Gate closed;
    private static Gate open;

    @BeforeAll
    static void open() {
        other = TestDatabase.open();
        site = TestSite.https(
                VERTX, request -> request.response().setStatusCode(404).end());
        closed = Gate.open(DATABASE, "scopes: {data:read: See your data}\n");
        open = Gate.open(
                other,
                """
                scopes: {data:read: See your data}
                registration: {mode: open, scopes: [openid, profile, data:read], documents: on}
                outbound: {allow: [127.0.0.0/8], ca: %s}
                """
                        .formatted(TestSite.root()));
    }

    @AfterAll
    static void close() {
        open.close();
        closed.close();
        site.close();
        other.close();
        await(VERTX.close());
    }

    @Test
    @DisplayName("RG01 when nothing is said, strangers register nothing, and metadata name no such address")
    void closed_is_the_default() {
        for (String path : List.of("/oauth/register", "/register_client"))
            assertThat(closed.post(path, web()).statusCode()).isEqualTo(403);
        assertThat(closed.get("/.well-known/openid-configuration").body()).doesNotContain("registration_endpoint");
        assertThat(open.get("/.well-known/openid-configuration").body())
                .contains("\"registration_endpoint\":\"" + open.url() + "/oauth/register\"")
                .contains("\"client_id_metadata_document_supported\":true");
    }

    @Test
    @DisplayName("S11 the tutorials' name: 201 with a secret for whoever has an initial access token")
    void the_tutorials_name_keeps_working() {
        var desk = new ClientDesk(
                DATABASE.database(),
                new AuditTrail(DATABASE.database()),
                new SecureRandom(),
                InstantSource.system(),
                Source.CLI);
        String token = await(desk.invite(1, Duration.ofHours(1))).token().reveal();
        var answer = closed.post("/register_client", new JsonObject(), "Authorization", "Bearer " + token);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(new JsonObject(answer.body()).getString("client_secret")).hasSize(43);
        assertThat(closed.post("/register_client", new JsonObject(), "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("RFC 7592 2 an app reads, changes and deletes its registration")
    void an_app_looks_after_its_registration() {
        var app = new JsonObject(open.post("/oauth/register", web()).body());
        String path =
                app.getString("registration_client_uri").substring(open.url().length());
        String token = app.getString("registration_access_token");
        assertThat(ask("GET", path, "", token).statusCode()).isEqualTo(200);
        String update = web().put("client_id", app.getString("client_id"))
                .put("client_name", "New")
                .encode();
        assertThat(ask("PUT", path, update, token).body()).contains("\"client_name\":\"New\"");
        var wrong = ask("DELETE", path, "", "wrong");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
        assertThat(ask("DELETE", path, "", token).statusCode()).isEqualTo(204);
        assertThat(ask("GET", path, "", token).statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName("RG03 what the settings do not list is not called, not even by a redirect of somebody they do list")
    void a_redirect_into_a_private_network_is_not_followed() {
        site.answering = request -> request.response()
                .setStatusCode(302)
                .putHeader("Location", "http://169.254.169.254/latest/meta-data")
                .end();
        JsonObject metadata = web().put("sector_identifier_uri", at("/sector.json"));
        assertThat(open.post("/oauth/register", metadata).statusCode()).isEqualTo(400);
        site.requests.clear();
        assertThat(closed.post("/oauth/register", metadata).statusCode()).isEqualTo(403);
        assertThat(site.requests).isEmpty();
        site.answering = request -> request.response().end("[\"https://app.example/cb\"]");
        assertThat(open.post("/oauth/register", metadata).statusCode()).isEqualTo(201);
    }

    @Test
    @DisplayName("SECURITY class 6: metadata that are deep, long or large are refused before they cost anything")
    void bombs_are_refused() {
        String deep = "{\"x\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}";
        assertThat(raw(deep).statusCode()).isEqualTo(400);
        assertThat(raw("{\"x\":1" + "0".repeat(10_000) + "}").statusCode()).isEqualTo(400);
        assertThat(raw("{\"x\":\"" + "x".repeat(64 * 1024) + "\"}").statusCode())
                .isEqualTo(413);
    }

    @Test
    @DisplayName(
            "CIMD 3, 4: a document at the URL that is a client id is a client; one that is too long, moved or says otherwise is none")
    void a_document_is_a_client() {
        site.answering = request -> {
            var response = request.response().putHeader("Content-Type", "application/json");
            JsonObject document = document(request.path());
            switch (request.path()) {
                case "/long.json" ->
                    response.end(document.put("x", "x".repeat(10 * 1024)).encode());
                case "/other.json" -> response.end(document("/client.json").encode());
                case "/moved.json" ->
                    response.setStatusCode(302)
                            .putHeader("Location", "/client.json")
                            .end();
                default -> response.end(document.encode());
            }
        };
        assertThat(pushed("/client.json").statusCode()).isEqualTo(201);
        for (String path : List.of("/long.json", "/other.json", "/moved.json")) {
            assertThat(pushed(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(site.requests).noneMatch(request -> request.contains("moved") && request.contains("POST"));
    }

    @Test
    @DisplayName(
            "OpenID Connect Registration 2: request objects count only by the algorithm that was registered for them")
    void the_registered_algorithm_alone_counts_for_request_objects() throws Exception {
        var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        var rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        JsonObject metadata = web().put("token_endpoint_auth_method", "none")
                .put("request_object_signing_alg", "ES256")
                .put("jwks", new JsonObject(new JWKSet(List.of(ec, rsa)).toString(true)));
        String client = new JsonObject(open.post("/oauth/register", metadata).body()).getString("client_id");
        String byEc = object(client, JWSAlgorithm.ES256, "ec", new ECDSASigner(ec));
        String byRsa = object(client, JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa));
        assertThat(open.postForm("/oauth/par", "client_id=" + client + "&request=" + byEc)
                        .statusCode())
                .isEqualTo(201);
        var refused = open.postForm("/oauth/par", "client_id=" + client + "&request=" + byRsa);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_request_object");
    }

    private static String object(String client, JWSAlgorithm algorithm, String kid, JWSSigner signer)
            throws JOSEException {
        var claims = new JWTClaimsSet.Builder()
                .issuer(client)
                .audience(open.url())
                .issueTime(Date.from(Instant.now()))
                .notBeforeTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .claim("client_id", client)
                .claim("response_type", "code")
                .claim("redirect_uri", "https://app.example/cb")
                .claim("scope", "data:read")
                .claim("code_challenge", CHALLENGE)
                .claim("code_challenge_method", "S256")
                .build();
        var object = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims);
        object.sign(signer);
        return object.serialize();
    }

    private static HttpResponse<String> pushed(String path) {
        return open.postForm(
                "/oauth/par",
                "client_id=" + encoded(at(path)) + "&response_type=code&redirect_uri="
                        + encoded("https://app.example/cb") + "&code_challenge=" + CHALLENGE
                        + "&code_challenge_method=S256&scope=data:read");
    }

    private static HttpResponse<String> raw(String body) {
        return open.ask("POST", "/oauth/register", BodyPublishers.ofString(body), "Content-Type", "application/json");
    }

    private static HttpResponse<String> ask(String method, String path, String body, String token) {
        return open.ask(
                method,
                path,
                BodyPublishers.ofString(body),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + token);
    }

    private static String at(String path) {
        return "https://localhost:" + site.port() + path;
    }

    private static JsonObject document(String path) {
        return web().put("client_id", at(path)).put("token_endpoint_auth_method", "none");
    }

    private static JsonObject web() {
        return new JsonObject().put("redirect_uris", new JsonArray().add("https://app.example/cb"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
