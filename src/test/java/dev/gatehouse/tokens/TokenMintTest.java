package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.keys.CryptoProvider;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TokenMintTest {
    private final TestTokens house = new TestTokens();

    @Test
    @DisplayName("TK19 typ at+jwt, iss exp aud sub client_id iat jti present, jti of 128 bits")
    void an_access_token_says_what_rfc_9068_asks_for() throws Exception {
        var minted = house.tokens.mint().mint(TestTokens.grant("user-1"), house.now);
        var token = SignedJWT.parse(minted.token());
        assertThat(token.getHeader().toJSONObject())
                .containsOnly(
                        Map.entry("typ", "at+jwt"),
                        Map.entry("alg", "ES256"),
                        Map.entry(
                                "kid",
                                house.ring
                                        .active(JwsAlgorithm.ES256)
                                        .orElseThrow()
                                        .kid()));
        assertThat(token.getPayload().toJSONObject())
                .containsOnlyKeys(
                        "iss",
                        "exp",
                        "aud",
                        "sub",
                        "client_id",
                        "iat",
                        "jti",
                        "scope",
                        "preferred_username",
                        "sid",
                        "roles")
                .containsEntry("iss", "https://gate.example")
                .containsEntry("aud", "https://gate.example")
                .containsEntry("sub", "user-1")
                .containsEntry("client_id", "gatehouse")
                .containsEntry("iat", house.now.getEpochSecond())
                .containsEntry("exp", house.now.getEpochSecond() + 600)
                .containsEntry("jti", minted.jti())
                .containsEntry("scope", "data:read data:write")
                .containsEntry("preferred_username", "name-of-user-1")
                .containsEntry("sid", "session-of-user-1")
                .containsEntry("roles", List.of("staff"));
        assertThat(Base64Url.decode(minted.jti())).hasSize(16);
        assertThat(minted.expiresAt()).isEqualTo(Instant.ofEpochSecond(house.now.getEpochSecond() + 600));
    }

    @Test
    @DisplayName("TK23 token ids have no structure")
    void ids_differ_in_every_bit() {
        int[] ones = new int[128];
        var ids = new HashSet<String>();
        int number = 2_000;
        for (int n = 0; n < number; n++) {
            String jti = house.tokens
                    .mint()
                    .mint(TestTokens.grant("user-1"), house.now)
                    .jti();
            ids.add(jti);
            byte[] id = Base64Url.decode(jti);
            for (int bit = 0; bit < 128; bit++) ones[bit] += id[bit / 8] >> bit % 8 & 1;
        }
        assertThat(ids).hasSize(number);
        for (int bit = 0; bit < 128; bit++)
            assertThat(ones[bit]).as("bit %d", bit).isBetween(number / 2 - 180, number / 2 + 180);
    }

    @Test
    void several_audiences_are_a_list() throws Exception {
        var minted = house.tokens.mint().mint(grant(List.of("one", "two"), Map.of()), house.now);
        assertThat(SignedJWT.parse(minted.token()).getPayload().toJSONObject())
                .containsEntry("aud", List.of("one", "two"));
    }

    @Test
    void more_claims_come_along_but_never_replace_the_mints_own() throws Exception {
        var minted = house.tokens.mint().mint(grant(List.of("a"), Map.of("auth_time", 5L)), house.now);
        assertThat(SignedJWT.parse(minted.token()).getPayload().toJSONObject()).containsEntry("auth_time", 5L);
        for (var own : TokenMint.OWN_CLAIMS) {
            assertThatThrownBy(() -> house.tokens.mint().mint(grant(List.of("a"), Map.of(own, "x")), house.now))
                    .hasMessageContaining(own);
        }
        assertThatThrownBy(() -> house.tokens.mint().mint(grant(List.of(), Map.of()), house.now))
                .hasMessageContaining("somebody");
    }

    @Test
    void a_token_minted_right_after_everything_was_revoked_lives_and_those_before_it_do_not() {
        var auth = house.tokens.auth(TestTokens.PROFILE);
        String before = house.minted("user-1");
        house.revocations.learn(new Revocation.OfSubject("user-1", house.now, house.now.plusSeconds(600)));
        String after = house.minted("user-1");
        assertThat(auth.verify(before)).isEqualTo(Verdict.REVOKED);
        assertThat(auth.verify(after)).isInstanceOf(Verdict.Accepted.class);
        house.revocations.learn(new Revocation.OfEverything(house.now, house.now.plusSeconds(600)));
        assertThat(auth.verify(after)).as("already a second ahead").isInstanceOf(Verdict.Accepted.class);
        assertThat(auth.verify(house.minted("user-2"))).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @EnumSource(JwsAlgorithm.class)
    void it_is_accepted_by_nimbus_and_by_vertx_from_the_jwks_alone(JwsAlgorithm algorithm) throws Exception {
        var other = new TestTokens(TestKeys.ring(algorithm), CryptoProvider.fastest());
        other.now = Instant.now();
        String token = other.minted("user-1");
        assertThat(vertx(other)
                        .authenticate(new TokenCredentials(token))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get()
                        .subject())
                .isEqualTo("user-1");
        if (algorithm == JwsAlgorithm.EDDSA) return; // nimbus would need one more library for Ed25519
        assertThat(nimbus(other).process(token, null).getSubject()).isEqualTo("user-1");
    }

    private static DefaultJWTProcessor<SecurityContext> nimbus(TestTokens house) throws Exception {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.parse(house.ring.preferred().wireName())),
                new ImmutableJWKSet<>(JWKSet.parse(house.ring.jwks().toString()))));
        return processor;
    }

    private static JWTAuth vertx(TestTokens house) {
        var options = new JWTAuthOptions().setJWTOptions(new JWTOptions().setIssuer(TestTokens.ISSUER.value()));
        JsonArray keys = new JsonObject(house.ring.jwks()).getJsonArray("keys");
        keys.forEach(key -> options.addJwk((JsonObject) key));
        return JWTAuth.create(VERTX, options);
    }

    private static final Vertx VERTX = Vertx.vertx();

    @org.junit.jupiter.api.AfterAll
    static void close() {
        VERTX.close();
    }

    private static AccessGrant grant(List<String> audience, Map<String, Object> more) {
        return new AccessGrant(
                "user-1",
                new ClientId("gatehouse"),
                Optional.empty(),
                Optional.empty(),
                audience,
                Scopes.NONE,
                List.of(),
                List.of(),
                more,
                Duration.ofMinutes(10));
    }
}
