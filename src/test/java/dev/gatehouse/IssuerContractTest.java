package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.demo.DemoBackends;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people find at the issuer who come from Flask-JWT-Extended and Authlib: the rows of ROADMAP §1 that are about tokens of the protocol. */
final class IssuerContractTest {
    private static final String SERVICE = basic("billing", "billing-secret-of-some-length");

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static Gate gate;
    private static BackRoom backRoom;
    private static JsonObject metadata;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  demo:
                    path: /
                    upstream: eventbus:demo.http
                    routes:
                      GET /protected: login
                      GET /api/data: scope data:read
                scopes:
                  data:read: Read data
                clients:
                  web-app:
                    type: spa
                    redirect: [https://app.example/callback]
                    scopes: [data:read]
                  billing:
                    type: service
                    secret: billing-secret-of-some-length
                    scopes: [data:read]
                """);
        backRoom = BackRoom.behind(gate, DATABASE);
        TestDatabase.await(DemoBackends.start(gate.vertx(), backRoom.config().apis()));
        metadata = new JsonObject(gate.get("/.well-known/openid-configuration").body());
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
    }

    @Test
    @DisplayName("S9 POST /oauth/token: access_token and token_type, at the address that the metadata name")
    void the_token_endpoint() {
        assertThat(metadata.getString("token_endpoint")).isEqualTo(gate.url() + "/oauth/token");
        HttpResponse<String> answer = token("grant_type=client_credentials&scope=data:read");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var body = new JsonObject(answer.body());
        assertThat(body.getString("token_type")).isEqualTo("Bearer");
        assertThat(body.getInteger("expires_in")).isEqualTo(600);
        assertThat(gate.getAs(body.getString("access_token"), "/api/data").statusCode())
                .isEqualTo(200);
        assertThat(gate.get("/oauth/token").statusCode()).isEqualTo(405);
        assertThat(gate.post("/oauth/token", new JsonObject().put("grant_type", "client_credentials"))
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    @DisplayName("S18 a wrong client at introspection and revocation: the RFC's error and a request id")
    void wrong_clients() {
        for (String path : new String[] {"/oauth/introspect", "/oauth/revoke"}) {
            HttpResponse<String> answer = gate.postForm(path, "token=x", "Authorization", basic("billing", "wrong"));
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("invalid_client");
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(basic -> assertThat(basic).startsWith("Basic "));
            assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        }
    }

    @Test
    @DisplayName("S19 an expired token is inactive at introspection and invalid_token at userinfo")
    void expired_tokens() {
        String expired =
                backRoom.minted(Instant.now().minusSeconds(3600), Map.of()).token();
        assertThat(introspected(expired)).isEqualTo(new JsonObject().put("active", false));
        HttpResponse<String> answer = gate.getAs(expired, "/oauth/userinfo");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
    }

    @Test
    @DisplayName("S20 the JWKS has the key of every token, by its kid")
    void tokens_name_their_key() throws Exception {
        JsonObject login = signedUp();
        var token = SignedJWT.parse(login.getString("access_token"));
        var keys = JWKSet.parse(gate.get("/oauth/jwks").body());
        assertThat(keys.getKeyByKeyId(token.getHeader().getKeyID()).isPrivate()).isFalse();
        assertThat(token.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
    }

    @Test
    @DisplayName("F6 no kind of token passes for another: refresh, access and signed introspection answers")
    void kinds_of_tokens_are_never_interchangeable() {
        JsonObject login = signedUp();
        String access = login.getString("access_token");
        String refresh = login.getString("refresh_token");
        String answer = gate.postForm(
                        "/oauth/introspect",
                        "token=" + access,
                        "Authorization",
                        SERVICE,
                        "Accept",
                        "application/token-introspection+jwt")
                .body();
        assertThat(answer.split("\\.", -1)).hasSize(3);
        for (String bearer : new String[] {refresh, answer}) {
            assertThat(gate.getAs(bearer, "/protected").statusCode()).isEqualTo(401);
            assertThat(gate.getAs(bearer, "/oauth/userinfo").statusCode()).isEqualTo(401);
        }
        for (String wrong : new String[] {access, answer}) {
            var no = new JsonObject(gate.refresh(wrong).body());
            assertThat(no.getString("error")).isEqualTo("invalid_grant");
        }
        assertThat(introspected(answer)).isEqualTo(new JsonObject().put("active", false));
        assertThat(gate.getAs(access, "/protected").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("F10 issuer, audience, not-before, algorithm and subject are verified; none is impossible")
    void what_is_verified() throws Exception {
        String good = signedUp().getString("access_token");
        String[] parts = good.split("\\.", -1);
        String unsigned = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(StandardCharsets.UTF_8))
                + '.'
                + parts[1]
                + '.';
        var kid = SignedJWT.parse(good).getHeader().getKeyID();
        for (String bad : new String[] {
            unsigned,
            forged(kid, gate.url(), gate.url(), 0),
            forged("another", gate.url(), gate.url(), 0),
            forged(kid, "https://elsewhere.example", gate.url(), 0),
            forged(kid, gate.url(), "https://elsewhere.example", 0),
            forged(kid, gate.url(), gate.url(), 3600),
            parts[0] + '.' + parts[1] + '.' + parts[1]
        }) {
            assertThat(gate.getAs(bad, "/protected").statusCode()).as(bad).isEqualTo(401);
            assertThat(gate.getAs(bad, "/oauth/userinfo").statusCode()).isEqualTo(401);
            assertThat(introspected(bad)).isEqualTo(new JsonObject().put("active", false));
        }
    }

    @ParameterizedTest
    @DisplayName("F16 every specification of the list has its place in the metadata, and an answer there")
    @CsvSource(
            textBlock =
                    """
                    RFC 6749,                   token_endpoint,         POST, 401
                    RFC 6749 and OpenID Core,   authorization_endpoint, GET,  400
                    OpenID Connect Core §5.3,   userinfo_endpoint,      GET,  401
                    RFC 7009,                   revocation_endpoint,    POST, 401
                    RFC 7662,                   introspection_endpoint, POST, 401
                    RFC 7517,                   jwks_uri,               GET,  200
                    RFC 8628,                   device_authorization_endpoint, POST, 401
                    RFC 9126,                   pushed_authorization_request_endpoint, POST, 401
                    RP-Initiated Logout,        end_session_endpoint,   GET,  200
                    """)
    void every_specification_has_its_place(String of, String member, String method, int status) {
        assertThat(metadata.getString(member)).as(of).startsWith(gate.url() + "/");
        String path = metadata.getString(member).substring(gate.url().length());
        HttpResponse<String> answer = method.equals("GET")
                ? gate.get(path)
                : gate.postForm(path, "grant_type=client_credentials&token=x&client_id=nobody");
        assertThat(answer.statusCode()).as(of).isEqualTo(status);
    }

    @Test
    @DisplayName(
            "F16 RFC 8414 and OpenID Connect Discovery tell of RFC 7523, 7636, 9101, 9207, 9449 and Back-Channel Logout")
    void the_metadata_tell_what_else_there_is() {
        assertThat(metadata.getString("issuer")).isEqualTo(gate.url());
        assertThat(gate.get("/.well-known/oauth-authorization-server").body()).isEqualTo(metadata.encode());
        assertThat(metadata.getJsonArray("token_endpoint_auth_methods_supported"))
                .contains("private_key_jwt");
        assertThat(metadata.getJsonArray("token_endpoint_auth_signing_alg_values_supported"))
                .contains("ES256")
                .doesNotContain("HS256", "none");
        assertThat(metadata.getJsonArray("code_challenge_methods_supported")).containsExactly("S256");
        assertThat(metadata.getBoolean("request_parameter_supported")).isTrue();
        assertThat(metadata.getBoolean("request_uri_parameter_supported")).isFalse();
        assertThat(metadata.getBoolean("authorization_response_iss_parameter_supported"))
                .isTrue();
        assertThat(metadata.getJsonArray("dpop_signing_alg_values_supported")).contains("ES256");
        assertThat(metadata.getBoolean("backchannel_logout_supported")).isTrue();
        assertThat(metadata.getJsonArray("grant_types_supported"))
                .contains(
                        "authorization_code",
                        "refresh_token",
                        "client_credentials",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "urn:ietf:params:oauth:grant-type:token-exchange");
    }

    private static JsonObject introspected(String token) {
        HttpResponse<String> answer = gate.postForm("/oauth/introspect", "token=" + token, "Authorization", SERVICE);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> token(String form) {
        return gate.ask(
                "POST",
                "/oauth/token",
                BodyPublishers.ofString(form),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Authorization",
                SERVICE);
    }

    private static JsonObject signedUp() {
        String name = "person" + NAMES.incrementAndGet();
        gate.register(name);
        return gate.login(name);
    }

    /** Right in everything but what is named, and signed with a key of a stranger's. */
    private static String forged(String kid, String issuer, String audience, int notBefore) throws Exception {
        return ForeignToken.of(issuer, audience)
                .claim("client_id", "gatehouse")
                .notBefore(Duration.ofSeconds(notBefore))
                .signed(new ECKeyGenerator(Curve.P_256).keyID(kid).generate());
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }
}
