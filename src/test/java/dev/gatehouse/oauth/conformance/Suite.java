package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A house as a conformance run finds it, one person with everything to tell, and the looks that every module takes at an answer. */
final class Suite {
    static final String PASSWORD = "two lanterns and a brass key";
    static final String SECRET = "a secret of forty characters, more or less";

    private static final String CONFIG =
            """
            url: http://localhost:8080
            apis:
              notes: {path: /notes, upstream: 'eventbus:notes', routes: {GET /: scope notes:read}}
            scopes:
              notes:read: Read your notes
            clients:
              rp:
                name: A relying party
                type: web
                pkce: optional
                secret: SECRET
                redirect: ['https://rp.example/callback', 'https://rp.example/callback?dummy1=lorem&dummy2=ipsum']
                logout: ['https://rp.example/post_logout']
                backchannel_logout: https://rp.example/backchannel
                scopes: [openid, profile, email, address, phone, offline_access, notes:read]
              rp2:
                name: Another relying party
                type: web
                pkce: optional
                secret: SECRET
                redirect: ['https://rp2.example/callback']
                scopes: [openid, profile, email, address, phone, offline_access]
              bank:
                type: web
                auth: private_key_jwt
                jwks: file:KEYS
                par: required
                dpop: required
                id_token: ES256
                redirect: ['https://bank.example/callback']
                scopes: [openid, profile, email, offline_access, notes:read]
              bank2:
                type: web
                auth: private_key_jwt
                jwks: file:KEYS
                par: required
                dpop: required
                id_token: ES256
                redirect: ['https://bank2.example/callback']
                scopes: [openid, offline_access, notes:read]
              begun:
                name: An app that begins elsewhere
                type: web
                secret: SECRET
                redirect: ['https://begun.example/callback']
                initiate_login: https://begun.example/start
                scopes: [openid]
            registration: {mode: open, scopes: [openid, profile, email, address, phone, offline_access]}
            """;

    /** The claims of the profile scope, which a conformance run wants to see all of (OpenID Connect Core §5.4). */
    private static final JsonObject PROFILE = new JsonObject()
            .put("name", "Ada Augusta King")
            .put("given_name", "Ada")
            .put("family_name", "King")
            .put("middle_name", "Augusta")
            .put("nickname", "Ada")
            .put("profile", "https://ada.example/about")
            .put("picture", "https://ada.example/ada.png")
            .put("website", "https://ada.example/")
            .put("gender", "female")
            .put("birthdate", "1815-12-10")
            .put("zoneinfo", "Europe/London")
            .put("locale", "en-GB")
            .put("phone_number", "+44 20 7946 0000")
            .put("phone_number_verified", true)
            .put(
                    "address",
                    new JsonObject()
                            .put("street_address", "12 St James's Square")
                            .put("locality", "London")
                            .put("country", "United Kingdom"));

    final TestHouse house;

    Suite(TestDatabase database) {
        this.house = new TestHouse(database);
        house.config = ConfigFile.read(
                        file(CONFIG.replace("SECRET", "'" + SECRET + "'")),
                        Map.of(),
                        new Overrides(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        ConfigFile.Mode.RUN)
                .config();
        for (String person : new String[] {"ada", "grace"}) house.has(person, PASSWORD, "customer");
        house.sql(
                "UPDATE account SET profile = $1, email = 'ada@example.com', email_verified = true WHERE username_key = 'ada'",
                PROFILE);
    }

    private static Path file(String yaml) {
        try {
            Path folder = Files.createTempDirectory("conformance");
            Files.writeString(folder.resolve("keys.json"), Keys.PUBLIC);
            return Files.writeString(
                    folder.resolve("gatehouse.yaml"),
                    yaml.replace("KEYS", folder.resolve("keys.json").toString()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    Browser browser() {
        return new Browser(call -> await(house.endpoints.answer(call)), "ada", PASSWORD);
    }

    Reply ask(String method, String url, Map<String, String> headers, String body) {
        URI uri = URI.create(url.startsWith("/") ? TestHouse.URL + url : url);
        return await(house.endpoints.answer(new Call(
                method,
                uri.getPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                MultiMap.caseInsensitiveMultiMap().addAll(headers),
                Buffer.buffer(body),
                InetAddress.getLoopbackAddress(),
                "suite")));
    }

    JsonObject discovery() {
        return TestHouse.json(house.get("/.well-known/openid-configuration"));
    }

    Reply userInfo(String accessToken) {
        return ask("GET", "/oauth/userinfo", Map.of("Authorization", "Bearer " + accessToken), "");
    }

    /** Signature by the published key of its kid, and every claim that OpenID Connect Core §3.1.3.7 has a client look at. */
    JWTClaimsSet verified(String idToken, String client, String algorithm) {
        try {
            SignedJWT jwt = SignedJWT.parse(idToken);
            assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
            assertThat(jwt.getHeader().getKeyID()).as("kid").isNotBlank();
            JWK key = JWKSet.parse(house.get("/oauth/jwks").body().toString())
                    .getKeyByKeyId(jwt.getHeader().getKeyID());
            JWSVerifier verifier = new DefaultJWSVerifierFactory()
                    .createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey());
            assertThat(jwt.verify(verifier)).as("signature").isTrue();
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            assertThat(claims.getIssuer()).isEqualTo(TestHouse.URL);
            assertThat(claims.getAudience()).containsExactly(client);
            assertThat(claims.getSubject()).isNotBlank().hasSizeLessThanOrEqualTo(255);
            Instant now = Instant.now().plus(house.ahead);
            assertThat(claims.getExpirationTime().toInstant()).isAfter(now);
            assertThat(claims.getIssueTime().toInstant()).isBetween(now.minusSeconds(60), now.plusSeconds(2));
            return claims;
        } catch (ParseException | com.nimbusds.jose.JOSEException broken) {
            throw new AssertionError(idToken, broken);
        }
    }

    static void assertRefused(Reply reply, int status, String error) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(status);
        assertThat(TestHouse.json(reply).getString("error")).isEqualTo(error);
        assertThat(Browser.header(reply, "Cache-Control").orElse("")).contains("no-store");
    }
}
