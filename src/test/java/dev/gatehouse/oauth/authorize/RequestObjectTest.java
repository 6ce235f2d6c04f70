package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.oauth.authorize.AuthorizeHouse.CHALLENGE;
import static dev.gatehouse.oauth.authorize.AuthorizeHouse.request;
import static dev.gatehouse.oauth.authorize.Browser.brought;
import static dev.gatehouse.oauth.authorize.Browser.location;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.Gate;
import dev.gatehouse.store.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that clients sign (RFC 9101), by value. */
final class RequestObjectTest {
    private static final String CLIENT = "may-sign";
    private static final String CALLBACK = "https://may-sign.example.com/callback";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    @TempDir
    static Path folder;

    private static ECKey key;
    private static RSAKey rsa;
    private static Gate gate;
    private static AuthorizeHouse house;

    private Browser browser;

    @BeforeAll
    static void open() throws JOSEException, IOException {
        key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        Path keys = Files.writeString(folder.resolve("keys.json"), new JWKSet(List.of(key, rsa)).toString(true));
        gate = Gate.open(DB, AuthorizeHouse.yaml(keys));
        house = new AuthorizeHouse(gate, DB);
        gate.register("alice");
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @BeforeEach
    void begin() {
        browser = new Browser(gate);
        house.signIn(browser, "alice");
    }

    @Test
    @DisplayName("RFC 9101 §6.3: only what was signed counts, not what stands beside it")
    void only_what_was_signed() throws JOSEException {
        var answer = browser.opens(
                "/oauth/authorize",
                Map.of(
                        "client_id", CLIENT,
                        "request", signed(claims -> claims.claim("state", "signed")),
                        "state", "beside",
                        "response_type", "token",
                        "response_mode", "fragment"));
        assertThat(location(answer)).startsWith(CALLBACK + "?code=");
        assertThat(brought(answer)).containsEntry("state", "signed");
    }

    @Test
    @DisplayName("RFC 9101 §10.8: typ is that of request objects, that of any JWT, or none; RS256 and PS256 do as well")
    void types_and_algorithms() throws JOSEException {
        for (var algorithm : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256)) {
            var object =
                    new SignedJWT(new JWSHeader.Builder(algorithm).keyID("rsa").build(), claims(claims -> {}));
            object.sign(new RSASSASigner(rsa));
            assertThat(brought(ask(object.serialize()))).containsKey("code");
        }
        assertThat(brought(ask(signed("JWT", claims -> {})))).containsKey("code");
        assertThat(brought(ask(signed("at+jwt", claims -> {})))).containsEntry("error", "invalid_request_object");
    }

    @Test
    @DisplayName("RFC 9101 §4: claims that are JSON stay JSON, numbers stay numbers, resource may be a list")
    void json_stays_json() throws JOSEException {
        var answer = ask(
                signed(claims -> claims.claim("claims", Map.of("userinfo", Map.of("name", Map.of("essential", true))))
                        .claim("max_age", 3600)
                        .claim("resource", List.of("https://reports.example", gate.url()))));
        assertThat(brought(answer)).containsKey("code");
        var kept = house.sql("SELECT data FROM one_time WHERE kind = 'code' ORDER BY expires_at DESC LIMIT 1")
                .get(0)
                .getJsonObject("data");
        assertThat(kept.getJsonObject("claims").encode()).isEqualTo("{\"userinfo\":{\"name\":{\"essential\":true}}}");
        assertThat(kept.getJsonArray("audience").size()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("AZ16 RFC 9101 §4, §10: what is wrong with an object is invalid_request_object")
    @MethodSource("wrongs")
    void what_is_wrong(String what, Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
        var besides = request("client_id", CLIENT, "redirect_uri", CALLBACK, "request", signed(change));
        var answer = browser.opens("/oauth/authorize", besides);
        assertThat(location(answer)).startsWith(CALLBACK + "?error=invalid_request_object");
        assertThat(brought(answer)).containsEntry("state", "s1").containsEntry("iss", gate.url());
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong("another issuer", claims -> claims.issuer("somebody")),
                wrong("no issuer", claims -> claims.issuer(null)),
                wrong("another audience", claims -> claims.audience("https://other.example")),
                wrong("no audience", claims -> claims.audience((String) null)),
                wrong("expired", claims -> claims.expirationTime(at(-1))),
                wrong("never expires", claims -> claims.expirationTime(null)),
                wrong("lives too long", claims -> claims.expirationTime(at(7200))),
                wrong("not yet", claims -> claims.notBeforeTime(at(120))),
                wrong("another client_id", claims -> claims.claim("client_id", "web-shop")),
                wrong("a request within", claims -> claims.claim("request", "a.b.c")),
                wrong("a request_uri within", claims -> claims.claim("request_uri", "https://a.example")),
                wrong("a client assertion", claims -> claims.subject(CLIENT)));
    }

    @Test
    @DisplayName("RFC 9101 §10.2: unsigned, signed by others, or signed with a secret is nothing")
    void not_signed_by_the_client() throws JOSEException {
        var stranger = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        var foreign = new SignedJWT(header("oauth-authz-req+jwt"), claims(claims -> {}));
        foreign.sign(new ECDSASigner(stranger));
        var mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(claims -> {}));
        mac.sign(new MACSigner("0123456789abcdef0123456789abcdef"));
        var plain = new PlainJWT(claims(claims -> {}));
        for (String object : List.of(foreign.serialize(), mac.serialize(), plain.serialize(), "", "x")) {
            if (object.isEmpty()) continue;
            var answer = browser.opens(
                    "/oauth/authorize", request("client_id", CLIENT, "redirect_uri", CALLBACK, "request", object));
            assertThat(brought(answer)).containsEntry("error", "invalid_request_object");
        }
    }

    @Test
    @DisplayName("RFC 9101 §6.2: an object that does not hold sends nobody anywhere but to a registered address")
    void nowhere_to_send_it() throws JOSEException {
        assertThat(location(ask(signed(claims -> claims.issuer("somebody"))))).startsWith(CALLBACK + "?error=");
        assertThat(browser.opens(
                                "/oauth/authorize",
                                request("client_id", CLIENT, "redirect_uri", "https://evil.example", "request", "x"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask(signed(claims -> claims.claim("redirect_uri", "https://evil.example")))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    @DisplayName("RFC 9101 §10.5: a client that has to sign is refused without, and taken with")
    void who_has_to_sign() throws JOSEException {
        String callback = "https://signs.example.com/callback";
        var openly = browser.opens("/oauth/authorize", request("client_id", "signs", "redirect_uri", callback));
        assertThat(brought(openly)).containsEntry("error", "invalid_request_object");
        String object = signed(
                claims -> claims.issuer("signs").claim("client_id", "signs").claim("redirect_uri", callback));
        var answer = browser.opens("/oauth/authorize", Map.of("client_id", "signs", "request", object));
        assertThat(location(answer)).startsWith(callback + "?code=");
    }

    private HttpResponse<String> ask(String object) {
        return browser.opens("/oauth/authorize", Map.of("client_id", CLIENT, "request", object));
    }

    private static Arguments wrong(String what, Consumer<JWTClaimsSet.Builder> change) {
        return Arguments.of(what, change);
    }

    private static String signed(Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
        return signed("oauth-authz-req+jwt", change);
    }

    private static String signed(String type, Consumer<JWTClaimsSet.Builder> change) throws JOSEException {
        var object = new SignedJWT(header(type), claims(change));
        object.sign(new ECDSASigner(key));
        return object.serialize();
    }

    private static JWSHeader header(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("ec")
                .type(new JOSEObjectType(type))
                .build();
    }

    private static JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        var claims = new JWTClaimsSet.Builder()
                .issuer(CLIENT)
                .audience(gate.url())
                .issueTime(at(0))
                .expirationTime(at(300))
                .claim("client_id", CLIENT)
                .claim("response_type", "code")
                .claim("redirect_uri", CALLBACK)
                .claim("scope", "openid data:read")
                .claim("code_challenge", CHALLENGE)
                .claim("code_challenge_method", "S256");
        change.accept(claims);
        return claims.build();
    }

    private static Date at(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }
}
