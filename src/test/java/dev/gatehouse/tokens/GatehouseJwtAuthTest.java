package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.keys.TestKeys;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GatehouseJwtAuthTest {
    private final TestTokens house = new TestTokens();
    private final GatehouseJwtAuth auth = house.tokens.auth(TestTokens.PROFILE);
    private final String token = house.minted("user-1");

    @Test
    void a_token_that_was_verified_is_known_the_next_time() {
        var first = auth.verify(token);
        assertThat(house.tokens.cache().entries()).isEqualTo(1);
        assertThat(auth.verify(new String(token.toCharArray()))).isSameAs(first);
    }

    @Test
    void a_refused_token_is_never_remembered() {
        auth.verify(token + "x");
        auth.verify("nonsense");
        assertThat(house.tokens.cache().entries()).isZero();
    }

    @Test
    void a_known_token_does_not_outlive_its_expiry() {
        auth.verify(token);
        house.now = Instant.ofEpochSecond(house.now.getEpochSecond() + 600).minusMillis(1);
        assertThat(auth.verify(token)).isInstanceOf(Verdict.Accepted.class);
        house.now = house.now.plusMillis(1);
        assertThat(auth.verify(token)).isInstanceOf(Verdict.Rejected.class);
        assertThat(house.tokens.cache().entries()).isZero();
    }

    static Stream<Revocation> revocations() {
        var before = Instant.parse("2026-11-21T12:00:00Z");
        var until = before.plus(Duration.ofHours(1));
        return Stream.of(
                new Revocation.OfSession(new SessionId("session-of-user-1"), until),
                new Revocation.OfSubject("user-1", before, until),
                new Revocation.OfClient(new ClientId("gatehouse"), before, until),
                new Revocation.OfConsent("user-1", new ClientId("gatehouse"), before, until),
                new Revocation.OfEverything(before, until));
    }

    @ParameterizedTest
    @MethodSource("revocations")
    @DisplayName("I4 a revocation bites on the very next request")
    void a_known_token_is_refused_as_soon_as_it_is_revoked(Revocation revocation) {
        auth.verify(token);
        house.revocations.learn(revocation);
        assertThat(auth.verify(token)).isEqualTo(Verdict.REVOKED);
        assertThat(auth.verify(token)).as("and from then on").isEqualTo(Verdict.REVOKED);
    }

    @Test
    void a_token_revoked_by_its_name_takes_no_other_along() {
        var one = house.tokens.mint().mint(TestTokens.grant("user-1"), house.now);
        auth.verify(one.token());
        auth.verify(token);
        house.revocations.learn(new Revocation.OfToken(one.jti(), one.expiresAt()));
        assertThat(auth.verify(one.token())).isEqualTo(Verdict.REVOKED);
        assertThat(auth.verify(token)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void tokens_of_others_are_left_alone_by_a_revocation() {
        String other = house.minted("user-2");
        house.revocations.learn(new Revocation.OfSubject("user-1", house.now, house.now.plusSeconds(900)));
        house.revocations.learn(
                new Revocation.OfSession(new SessionId("session-of-user-1"), house.now.plusSeconds(900)));
        assertThat(auth.verify(other)).isInstanceOf(Verdict.Accepted.class);
        assertThat(auth.verify(token)).isEqualTo(Verdict.REVOKED);
    }

    @Test
    @DisplayName("I6 rotation costs no valid token; a key that is gone takes its tokens along")
    void a_known_token_stays_through_rotation_and_leaves_with_its_key() {
        auth.verify(token);
        house.ring = TestKeys.rotated(house.ring);
        assertThat(auth.verify(token)).isInstanceOf(Verdict.Accepted.class);
        assertThat(auth.verify(house.minted("user-1"))).isInstanceOf(Verdict.Accepted.class);
        house.ring = TestKeys.withoutRetired(house.ring);
        assertThat(auth.verify(token)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    @DisplayName("ED09 what one API accepted another does not inherit")
    void a_known_token_is_judged_anew_for_another_audience_or_other_issuers() {
        auth.verify(token);
        var orders = house.tokens.auth(new TokenProfile(Set.of(TestTokens.ISSUER), "https://orders.example"));
        var strangers = house.tokens.auth(new TokenProfile(
                Set.of(new dev.gatehouse.vocabulary.Issuer("https://x.example")), TestTokens.AUDIENCE));
        for (int round = 0; round < 3; round++) {
            assertThat(orders.verify(token)).isInstanceOf(Verdict.Rejected.class);
            assertThat(strangers.verify(token)).isInstanceOf(Verdict.Rejected.class);
            assertThat(auth.verify(token)).isInstanceOf(Verdict.Accepted.class);
        }
        assertThat(house.tokens.cache().entries()).isEqualTo(1);
    }

    @Test
    void before_the_log_of_revocations_was_read_nothing_is_accepted() {
        var closed = new RevocationIndex(TestTokens.ISSUER);
        var tokens = new Tokens(
                TestTokens.ISSUER, () -> house.ring, house.signatures, closed, house.clock(), TestTokens.LONGEST, 1);
        assertThat(tokens.auth(TestTokens.PROFILE).verify(token)).isEqualTo(Verdict.REVOKED);
        closed.complete();
        assertThat(tokens.auth(TestTokens.PROFILE).verify(token)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void a_user_of_vertx_knows_what_the_token_says() {
        for (String round : List.of("cold", "warm")) {
            User user = auth.authenticate(new TokenCredentials(token)).result();
            assertThat(user.subject()).as(round).isEqualTo("user-1");
            assertThat(GatehouseJwtAuth.claims(user).orElseThrow().subject()).isEqualTo("user-1");
            JsonObject accessToken = user.get("accessToken");
            assertThat(accessToken.getString("scope")).isEqualTo("data:read data:write");
            user.principal().put("sub", "mallory");
        }
        assertThat(auth.authenticate(new TokenCredentials(token))
                        .result()
                        .principal()
                        .getString("sub"))
                .isEqualTo("user-1");
        assertThat(GatehouseJwtAuth.claims(User.fromName("user-1"))).isEmpty();
    }

    @Test
    void a_bad_token_or_none_fails_with_a_refusal() {
        assertThat(auth.authenticate(new TokenCredentials("x.y.z")).cause())
                .isInstanceOfSatisfying(
                        Refusal.class, no -> assertThat(no.problem()).isEqualTo(Reason.INVALID_TOKEN));
        assertThat(auth.authenticate(new TokenCredentials()).cause()).isInstanceOf(Refusal.class);
        assertThat(auth.authenticate(new UsernamePasswordCredentials("a", "b")).cause())
                .isInstanceOf(Refusal.class);
    }

    @Test
    void generating_a_token_is_minting_one() {
        var claims = new JsonObject()
                .put("sub", "user-9")
                .put("scope", "data:read")
                .put("roles", new JsonArray().add("staff"))
                .put("tenant", "acme");
        String generated = auth.generateToken(claims, new JWTOptions().setExpiresInSeconds(60));
        var read = ((Verdict.Accepted) auth.verify(generated)).claims();
        assertThat(read.subject()).isEqualTo("user-9");
        assertThat(read.roles()).containsExactly("staff");
        assertThat(read.all()).containsEntry("tenant", "acme");
        assertThat(read.expiresAt()).isEqualTo(Instant.ofEpochSecond(house.now.getEpochSecond() + 60));
        assertThatThrownBy(() -> auth.generateToken(new JsonObject())).hasMessageContaining("sub");
        assertThatThrownBy(() ->
                        auth.generateToken(new JsonObject().put("sub", "u").put("exp", 1)))
                .hasMessageContaining("exp");
    }
}
