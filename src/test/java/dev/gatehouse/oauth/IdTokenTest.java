package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class IdTokenTest {
    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestCodes codes;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", "zebra lamp forty");
        house.sql("UPDATE account SET email = 'alice@people.example', email_verified = true");
        codes = new TestCodes(house, "alice");
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §2 an ID token says who signed in, when and how, and nothing that was not asked for")
    void it_says_who_signed_in() throws Exception {
        Reply reply = redeem(openid().with("nonce", "n-0S6_WzA2Mj"));
        SignedJWT token = idToken(reply);
        assertThat(token.getHeader().getType().getType()).isEqualTo("JWT");
        assertThat(token.verify(verifier(token))).isTrue();
        var claims = new JsonObject(token.getPayload().toJSONObject());
        assertThat(claims.fieldNames())
                .containsExactlyInAnyOrder(
                        "iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "at_hash", "nonce");
        assertThat(claims.getString("iss")).isEqualTo(TestHouse.URL);
        assertThat(claims.getString("sub")).isEqualTo(codes.account().value());
        assertThat(claims.getString("aud")).isEqualTo("viewer");
        assertThat(claims.getString("nonce")).isEqualTo("n-0S6_WzA2Mj");
        assertThat(claims.getString("sid")).isEqualTo(codes.session().value());
        assertThat(claims.getString("acr")).isEqualTo("urn:gatehouse:acr:1");
        assertThat(claims.getJsonArray("amr").getList()).containsExactly("pwd");
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(600);
        assertThat(claims.getLong("auth_time"))
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
    }

    @Test
    @DisplayName("OpenID Connect Core §3.1.3.6 at_hash is the left half of the access token's hash")
    void the_access_token_goes_with_it() throws Exception {
        Reply reply = redeem(openid());
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(json(reply).getString("access_token").getBytes(StandardCharsets.US_ASCII));
        assertThat(idToken(reply).getJWTClaimsSet().getStringClaim("at_hash"))
                .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16)));
        assertThat(Base64.getUrlDecoder().decode(IdTokens.halfHash("token", JwsAlgorithm.EDDSA)))
                .as("Ed25519 hashes by SHA-512")
                .hasSize(32);
    }

    @Test
    @DisplayName("OpenID Connect Core §3.1.2.1 without the scope openid there is none")
    void without_openid_there_is_none() {
        assertThat(json(redeem(openid().with("scope", "data:read"))).containsKey("id_token"))
                .isFalse();
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §5.5 claims asked for by name are in it, those of userinfo travel in the access token")
    void claims_asked_for_by_name_are_in_it() throws Exception {
        var asked = new JsonObject()
                .put(
                        "id_token",
                        new JsonObject().putNull("email").putNull("nonsense").putNull("phone_number"))
                .put("userinfo", new JsonObject().putNull("email_verified"));
        Reply reply = redeem(openid().with("claims", asked));
        var claims = idToken(reply).getJWTClaimsSet();
        assertThat(claims.getStringClaim("email")).isEqualTo("alice@people.example");
        assertThat(claims.getClaims()).doesNotContainKeys("nonsense", "phone_number", "email_verified", "userinfo");
        assertThat(SignedJWT.parse(json(reply).getString("access_token"))
                        .getJWTClaimsSet()
                        .getStringListClaim("userinfo"))
                .containsExactly("email_verified");
        assertThat(idToken(refresh(reply)).getJWTClaimsSet().getStringClaim("email"))
                .as("and again when it is refreshed")
                .isEqualTo("alice@people.example");
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §12.2 a refresh gives another with the same subject and auth_time, without the nonce")
    void a_refresh_gives_another() throws Exception {
        long signedIn = Instant.now().getEpochSecond() - 500;
        Reply first = redeem(openid().with("nonce", "once").with("auth_time", signedIn));
        Reply second = refresh(first);
        var before = idToken(first).getJWTClaimsSet();
        var after = idToken(second).getJWTClaimsSet();
        assertThat(after.getLongClaim("auth_time")).isEqualTo(signedIn);
        assertThat(after.getClaims()).doesNotContainKey("nonce");
        for (String same : new String[] {"iss", "sub", "aud", "acr", "amr", "sid", "auth_time"})
            assertThat(after.getClaim(same)).as(same).isEqualTo(before.getClaim(same));
        assertThat(after.getStringClaim("at_hash")).isNotEqualTo(before.getStringClaim("at_hash"));
        assertThat(json(house.form(
                                "/oauth/token",
                                Map.of(
                                        "grant_type", "refresh_token",
                                        "client_id", "viewer",
                                        "scope", "data:read",
                                        "refresh_token", json(second).getString("refresh_token"))))
                        .containsKey("id_token"))
                .as("nor without the scope")
                .isFalse();
    }

    @Test
    @DisplayName("RFC 8725 §3.11 an ID token is no access token")
    void it_is_no_access_token() {
        assertThat(house.accepts(json(redeem(openid())).getString("id_token"))).isFalse();
    }

    private TestCodes.Asked openid() {
        return codes.authorization().client("viewer").with("scope", "openid data:read");
    }

    private Reply redeem(TestCodes.Asked authorization) {
        var fields = new java.util.HashMap<>(TestCodes.redemption(codes.issue(authorization)));
        fields.put("client_id", "viewer");
        return house.form("/oauth/token", fields);
    }

    private Reply refresh(Reply before) {
        return house.form(
                "/oauth/token",
                Map.of(
                        "grant_type", "refresh_token",
                        "client_id", "viewer",
                        "refresh_token", json(before).getString("refresh_token")));
    }

    private JWSVerifier verifier(SignedJWT token) throws Exception {
        var keys = JWKSet.parse(house.get("/oauth/jwks").body().toString());
        return new RSASSAVerifier(
                keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey());
    }

    private static SignedJWT idToken(Reply reply) throws Exception {
        return SignedJWT.parse(json(reply).getString("id_token"));
    }
}
