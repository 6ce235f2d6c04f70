package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.demo.DemoBackends;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What people who come from the usual tutorials find: paths, verbs, field names and statuses of ROADMAP §1. */
final class TutorialContractTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String OURS = "https://app.example";

    private static Gate gate;
    private static BackRoom backRoom;

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
                  data:write: Write data
                clients:
                  web-app:
                    type: spa
                    redirect: [https://app.example/callback]
                    scopes: [data:read]
                cors: clients
                """);
        backRoom = BackRoom.behind(gate, DATABASE);
        TestDatabase.await(DemoBackends.start(gate.vertx(), backRoom.config().apis()));
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
    }

    @Test
    @DisplayName("S1 GET / says welcome in JSON, and where things are")
    void the_front_door() {
        HttpResponse<String> answer = gate.get("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        var body = new JsonObject(answer.body());
        assertThat(body.getString("message")).isNotBlank();
        var links = body.getJsonObject("links");
        assertThat(links.fieldNames()).contains("login", "register", "metadata", "openapi");
        links.forEach(link -> assertThat(gate.get(path(link.getValue())).statusCode())
                .as(link.getKey())
                .isIn(200, 405));
    }

    @Test
    @DisplayName("S2 POST /register: 201 with a message; a taken name 409, a weak password 400; never stored as typed")
    void registration() {
        String name = somebody();
        HttpResponse<String> made = registered(name, Gate.PASSWORD);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(new JsonObject(made.body()).getString("message")).isNotBlank();
        assertThat(new JsonObject(made.body()).getString("username")).isEqualTo(name);
        assertThat(registered(name, Gate.PASSWORD).statusCode()).isEqualTo(409);
        assertThat(registered(somebody(), "12345678").statusCode()).isEqualTo(400);
        assertThat(registered("", Gate.PASSWORD).statusCode()).isEqualTo(400);
        assertThat(backRoom.sql("SELECT password_hash FROM account WHERE username = $1", name)
                        .get(0)
                        .getString("password_hash"))
                .startsWith("$argon2id$v=19$m=")
                .doesNotContain(Gate.PASSWORD);
    }

    @Test
    @DisplayName(
            "S3 POST /login: access_token, token_type, expires_in, refresh_token; 401 with a message for a wrong password and for nobody")
    void login() {
        String name = signedUp();
        HttpResponse<String> answer = loggedIn(name, Gate.PASSWORD);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var body = new JsonObject(answer.body());
        assertThat(body.getString("access_token")).isNotBlank();
        assertThat(body.getString("refresh_token")).isNotBlank();
        assertThat(body.getString("token_type")).isEqualTo("Bearer");
        assertThat(body.getInteger("expires_in")).isPositive();
        var wrong = loggedIn(name, "not " + Gate.PASSWORD);
        var nobody = loggedIn(somebody(), Gate.PASSWORD);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(wrong.body()).getString("msg")).isNotBlank();
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(withoutId(nobody)).isEqualTo(withoutId(wrong));
    }

    @Test
    @DisplayName("S4 accounts live in the database, and are found there whatever the case")
    void the_database_knows() {
        String name = signedUp();
        assertThat(backRoom.sql("SELECT id FROM account WHERE username_key = $1", name))
                .hasSize(1);
        assertThat(loggedIn(name.toUpperCase(Locale.ROOT), Gate.PASSWORD).statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("S5 S6 GET /protected: 401 without a token, with one the API greets by name")
    void the_protected_page() {
        String name = signedUp();
        assertThat(gate.get("/protected").statusCode()).isEqualTo(401);
        HttpResponse<String> answer = gate.getAs(gate.token(name), "/protected");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("message")).startsWith("Hello, " + name + "!");
    }

    @Test
    @DisplayName("S6 nobody gets past the gate with a name of their own choice")
    void identity_cannot_be_claimed() {
        String name = signedUp();
        HttpResponse<String> answer = gate.get(
                "/protected",
                "Authorization",
                "Bearer " + gate.token(name),
                "X-Gatehouse-User",
                "admin",
                "X_Gatehouse_User",
                "admin",
                "x-gatehouse-subject",
                "1");
        assertThat(answer.body()).contains("Hello, " + name + "!");
        assertThat(gate.get("/protected", "X-Gatehouse-User", "admin").statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName(
            "S7 Authorization: Bearer, with the challenges of RFC 6750: none but the realm without a token, invalid_token, insufficient_scope")
    void bearer_tokens() {
        String name = signedUp();
        assertThat(challenge(gate.get("/protected"))).isEqualTo("Bearer realm=\"gatehouse\"");
        assertThat(challenge(gate.getAs("nonsense", "/protected"))).contains("error=\"invalid_token\"");
        String narrow = new JsonObject(
                        gate.post("/login", credentials(name, Gate.PASSWORD).put("scope", "data:write"))
                                .body())
                .getString("access_token");
        HttpResponse<String> forbidden = gate.getAs(narrow, "/api/data");
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(challenge(forbidden)).contains("error=\"insufficient_scope\"", "scope=\"data:read\"");
        assertThat(gate.get("/protected", "Authorization", "bearer " + narrow).statusCode())
                .as("the scheme in lower case")
                .isEqualTo(200);
        assertThat(gate.get("/protected?access_token=" + narrow).statusCode())
                .as("in the query")
                .isEqualTo(401);
        assertThat(gate.getAs(gate.token(name), "/api/data").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "S17 CORS: a preflight is answered before anybody is asked who they are, for the origins of registered browser apps alone")
    void preflights() {
        for (String path : List.of("/protected", "/login", "/oauth/token", "/oauth/userinfo"))
            assertThat(preflight(path, OURS).headers().allValues("Access-Control-Allow-Origin"))
                    .as(path)
                    .containsExactly(OURS);
        HttpResponse<String> preflight = preflight("/protected", OURS);
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods"))
                .hasValue("GET");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValue("authorization, content-type");
        assertThat(preflight.headers().firstValue("Vary").orElse("")).contains("Origin");
        HttpResponse<String> stranger = preflight("/protected", "https://evil.example");
        assertThat(stranger.statusCode()).isEqualTo(403);
        assertThat(stranger.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    @DisplayName("S17 CORS: the app's page may read answers and refusals, of APIs and of the house; others may not")
    void answers_can_be_read_by_the_app() {
        String token = gate.token(signedUp());
        var answers = List.of(
                gate.get("/protected", "Origin", OURS, "Authorization", "Bearer " + token),
                gate.get("/protected", "Origin", OURS),
                gate.get("/nothing", "Origin", OURS),
                gate.post("/login", credentials("nobody", "nothing at all"), "Origin", OURS),
                gate.postForm("/oauth/token", "grant_type=refresh_token&refresh_token=x", "Origin", OURS));
        for (HttpResponse<String> answer : answers) {
            assertThat(answer.headers().allValues("Access-Control-Allow-Origin"))
                    .as(answer.uri() + " " + answer.statusCode())
                    .containsExactly(OURS);
        }
        assertThat(gate.get("/protected", "Origin", "https://evil.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(preflight("/login", OURS).statusCode()).isEqualTo(204);
    }

    @Test
    @DisplayName("S18 a wrong client_id at /oauth/token: the RFC's error, a sentence for people and a request id")
    void wrong_clients() {
        JsonObject tokens = gate.login(signedUp());
        HttpResponse<String> answer = gate.postForm(
                "/oauth/token",
                "grant_type=refresh_token&client_id=no-such-app&refresh_token=" + tokens.getString("refresh_token"));
        assertThat(answer.statusCode()).isEqualTo(401);
        var body = new JsonObject(answer.body());
        assertThat(body.getString("error")).isEqualTo("invalid_client");
        assertThat(body.getString("error_description")).isNotBlank();
        assertThat(answer.headers().firstValue("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).hasSizeGreaterThanOrEqualTo(8));
        HttpResponse<String> other = gate.postForm(
                "/oauth/token",
                "grant_type=refresh_token&client_id=web-app&refresh_token=" + tokens.getString("refresh_token"));
        assertThat(new JsonObject(other.body()).getString("error")).isEqualTo("invalid_grant");
        HttpResponse<String> ours = gate.postForm(
                "/oauth/token",
                "grant_type=refresh_token&client_id=gatehouse&refresh_token=" + tokens.getString("refresh_token"));
        assertThat(ours.statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("S19 an expired token is 401 invalid_token and says so; the refresh token gives the next one")
    void expired_tokens() {
        JsonObject tokens = gate.login(signedUp());
        String expired = backRoom.minted(Instant.now().minus(Duration.ofHours(1)), Map.of())
                .token();
        HttpResponse<String> answer = gate.getAs(expired, "/protected");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(challenge(answer)).contains("error=\"invalid_token\"", "the token has expired");
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo("invalid_token");
        var next =
                new JsonObject(gate.refresh(tokens.getString("refresh_token")).body());
        assertThat(gate.getAs(next.getString("access_token"), "/protected").statusCode())
                .isEqualTo(200);
        assertThat(next.getString("refresh_token")).isNotEqualTo(tokens.getString("refresh_token"));
    }

    @Test
    @DisplayName(
            "S20 the token is a signed JWT of three parts, at+jwt, which a stranger's library verifies by our JWKS")
    void tokens_are_jwts() throws Exception {
        String token = gate.token(signedUp());
        assertThat(token.split("\\.", -1)).hasSize(3).allMatch(part -> part.matches("[A-Za-z0-9_-]+"));
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.ES256),
                new ImmutableJWKSet<>(JWKSet.parse(gate.get("/oauth/jwks").body()))));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                gate.url(),
                new JWTClaimsSet.Builder()
                        .issuer(gate.url())
                        .claim("client_id", "gatehouse")
                        .build(),
                Set.of("exp", "sub", "iat", "jti", "preferred_username")));
        assertThat(processor.process(token, null).getStringClaim("scope")).isEqualTo("data:read data:write");
    }

    @Test
    @DisplayName("S21 no key comes with the code: each house makes its own and keeps it wrapped")
    void keys_are_made_and_wrapped() {
        try (var other = TestDatabase.open();
                var neighbour = Gate.open(
                        other, "apis: {demo: {path: /, upstream: 'eventbus:nobody', routes: {GET /x: public}}}\n")) {
            assertThat(kids(neighbour)).isNotEmpty().doesNotContainAnyElementsOf(kids(gate));
        }
        for (var row : backRoom.sql("SELECT wrapped_key, public_jwk FROM signing_key")) {
            var publicKey = new JsonObject(row.getString("public_jwk"));
            assertThat(publicKey.fieldNames()).doesNotContain("d", "p", "q");
            var plain = new PKCS8EncodedKeySpec(row.getBuffer("wrapped_key").getBytes());
            assertThatThrownBy(() ->
                            KeyFactory.getInstance(publicKey.getString("kty")).generatePrivate(plain))
                    .isInstanceOf(InvalidKeySpecException.class);
        }
    }

    @Test
    @DisplayName("S21 a secret written into the file is refused where strangers come in")
    void literal_secrets_are_refused(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("gatehouse.yaml"),
                """
                url: https://gate.example
                apis: {demo: {path: /, upstream: 'eventbus:nobody', routes: {GET /x: public}}}
                clients:
                  partner: {type: web, redirect: ['https://p.example/cb'], secret: "a secret in the file, for all to see"}
                """);
        assertThatThrownBy(() -> ConfigFile.read(
                        file,
                        Map.of(),
                        new Overrides(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        ConfigFile.Mode.RUN))
                .isInstanceOfSatisfying(
                        ConfigFaults.class,
                        faults -> assertThat(faults.pretty()).contains("GH301").doesNotContain("for all to see"));
    }

    @Test
    @DisplayName(
            "S22 every address of the README is in the OpenAPI document or a route of the shipped file, and answers")
    void the_readme_keeps_its_word() throws Exception {
        var described = new JsonObject(gate.get("/_gate/openapi.json").body())
                .getJsonObject("paths")
                .fieldNames();
        String shipped = Files.readString(Path.of("config", "gatehouse.yaml"));
        var named = new TreeSet<String>();
        var curl = Pattern.compile("localhost:8080(/[\\w/.-]*)").matcher(Files.readString(Path.of("README.md")));
        while (curl.find()) named.add(curl.group(1));
        assertThat(named).contains("/register", "/login", "/protected", "/api/data");
        for (String path : named)
            assertThat(described.contains(path) || shipped.contains(" " + path + ":"))
                    .as(path)
                    .isTrue();
    }

    @Test
    @DisplayName("S22 every address of the OpenAPI document answers, by curl's own means")
    void the_openapi_document_keeps_its_word() {
        var document = new JsonObject(gate.get("/_gate/openapi.json").body());
        assertThat(document.getString("openapi")).startsWith("3.");
        document.getJsonObject("paths")
                .forEach(path -> ((JsonObject) path.getValue()).fieldNames().forEach(method -> {
                    // There for APIs with `mcp: true`; McpTest asks for it.
                    if (path.getKey().startsWith("/.well-known/oauth-protected-resource/")) return;
                    // There for the providers of a file, and this one has none; ProviderLoginTest asks for them.
                    if (path.getKey().endsWith("/{provider}")) return;
                    String address = path.getKey()
                            .replace("{reason}", "no_route")
                            .replace("{client_id}", "nobody")
                            .replace("/_gate/assets/{name}", stylesheet());
                    var answer = gate.ask(method.toUpperCase(Locale.ROOT), address, BodyPublishers.noBody());
                    assertThat(answer.statusCode()).as(method + " " + address).isNotIn(404, 405, 500);
                }));
    }

    /** As a page of ours names it. */
    private static String stylesheet() {
        var named = Pattern.compile("/_gate/assets/gatehouse[^\"]*css")
                .matcher(gate.get("/logout").body());
        assertThat(named.find()).isTrue();
        return named.group();
    }

    private static String somebody() {
        return "somebody-" + NAMES.incrementAndGet();
    }

    private static String signedUp() {
        String name = somebody();
        gate.register(name);
        return name;
    }

    private static JsonObject credentials(String name, String password) {
        return new JsonObject().put("username", name).put("password", password);
    }

    private static HttpResponse<String> registered(String name, String password) {
        return gate.post("/register", credentials(name, password));
    }

    private static HttpResponse<String> loggedIn(String name, String password) {
        return gate.post("/login", credentials(name, password));
    }

    private static HttpResponse<String> preflight(String path, String origin) {
        return gate.ask(
                "OPTIONS",
                path,
                BodyPublishers.noBody(),
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "authorization, content-type");
    }

    private static String challenge(HttpResponse<String> answer) {
        return answer.headers().firstValue("WWW-Authenticate").orElseThrow();
    }

    private static JsonObject withoutId(HttpResponse<String> answer) {
        var body = new JsonObject(answer.body());
        body.remove("request_id");
        return body;
    }

    private static String path(Object address) {
        return address.toString().substring(gate.url().length());
    }

    private static Set<String> kids(Gate house) {
        var kids = new TreeSet<String>();
        new JsonObject(house.get("/oauth/jwks").body())
                .getJsonArray("keys")
                .forEach(key -> kids.add(((JsonObject) key).getString("kid")));
        return kids;
    }
}
