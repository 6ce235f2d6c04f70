package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.gatehouse.ForeignToken;
import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Reason;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
    private static final TestTokens HOUSE = new TestTokens();
    private static final String GOOD = HOUSE.minted("user-1");
    private static final Issuer OTHER = new Issuer("https://login.example.com");
    private static final TokenProfile BOTH = new TokenProfile(Set.of(TestTokens.ISSUER, OTHER), TestTokens.AUDIENCE);

    private final TestTokens house = new TestTokens();

    @Test
    void a_good_token_is_read_in_full() {
        var claims = ((Verdict.Accepted)
                        house.tokens.verifier().verify(house.minted("user-1"), TestTokens.PROFILE, house.now))
                .claims();
        assertThat(claims.subject()).isEqualTo("user-1");
        assertThat(claims.username()).contains("name-of-user-1");
        assertThat(claims.client().orElseThrow().value()).isEqualTo("gatehouse");
        assertThat(claims.session().orElseThrow().value()).isEqualTo("session-of-user-1");
        assertThat(claims.scopes().values()).containsExactly("data:read", "data:write");
        assertThat(claims.roles()).containsExactly("staff");
        assertThat(claims.groups()).isEmpty();
        assertThat(claims.audience()).containsExactly(TestTokens.AUDIENCE);
        assertThat(claims.isPerson()).isTrue();
        assertThat(claims.all()).containsEntry("sid", "session-of-user-1");
    }

    @Property(tries = 3_000)
    void changing_any_one_character_of_a_good_token_refuses_it(
            @ForAll @IntRange(max = 10_000) int where, @ForAll @IntRange(min = 1, max = 127) int change) {
        int at = where % GOOD.length();
        char changed = (char) ((GOOD.charAt(at) + change) % 128);
        String token = GOOD.substring(0, at) + changed + GOOD.substring(at + 1);
        assertThat(HOUSE.tokens.verifier().verify(token, TestTokens.PROFILE, HOUSE.now))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Property(tries = 500)
    void cutting_or_repeating_a_piece_of_a_good_token_refuses_it(
            @ForAll @IntRange(max = 10_000) int one, @ForAll @IntRange(max = 10_000) int other) {
        int from = Math.min(one % GOOD.length(), other % GOOD.length());
        int to = Math.max(one % GOOD.length(), other % GOOD.length()) + 1;
        assertRejected(GOOD.substring(0, from) + GOOD.substring(to));
        assertRejected(GOOD.substring(0, to) + GOOD.substring(from));
    }

    private static void assertRejected(String token) {
        assertThat(HOUSE.tokens.verifier().verify(token, TestTokens.PROFILE, HOUSE.now))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void dates_have_a_leeway_of_ten_seconds_and_expiry_none() {
        String token = house.minted("user-1");
        var issued = house.now.getEpochSecond();
        var verifier = house.tokens.verifier();
        assertThat(verifier.verify(token, TestTokens.PROFILE, java.time.Instant.ofEpochSecond(issued - 10)))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(verifier.verify(token, TestTokens.PROFILE, java.time.Instant.ofEpochSecond(issued - 11)))
                .isInstanceOf(Verdict.Rejected.class);
        assertThat(verifier.verify(
                        token,
                        TestTokens.PROFILE,
                        java.time.Instant.ofEpochSecond(issued + 600).minusMillis(1)))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(verifier.verify(token, TestTokens.PROFILE, java.time.Instant.ofEpochSecond(issued + 600)))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "APPLICATION/AT+JWT"})
    void typ_counts_in_any_case_with_and_without_its_tree(String typ) throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        trust(key, "at+jwt", "ES256");
        assertThat(verify(signed(key, JWSAlgorithm.ES256, typ, "k"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void a_provider_that_says_no_more_than_jwt_is_taken_when_its_entry_says_so() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        trust(key, "jwt", "ES256");
        for (String typ : new String[] {"JWT", "jwt", "at+jwt", null}) {
            assertThat(verify(signed(key, JWSAlgorithm.ES256, typ, "k")))
                    .as("typ %s", typ)
                    .isInstanceOf(Verdict.Accepted.class);
        }
        assertThat(verify(signed(key, JWSAlgorithm.ES256, "gatehouse-identity+jwt", "k")))
                .isInstanceOf(Verdict.Rejected.class);
        trust(key, "at+jwt", "ES256");
        assertThat(verify(signed(key, JWSAlgorithm.ES256, "JWT", "k"))).isInstanceOf(Verdict.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({"RS256", "PS256"})
    void an_rsa_key_without_alg_serves_the_algorithms_of_its_issuer_only(String allowed) throws Exception {
        var key = new RSAKeyGenerator(2048).keyID("k").generate();
        trust(key, "at+jwt", allowed);
        for (String used : List.of("RS256", "PS256")) {
            var verdict = verify(signed(key, JWSAlgorithm.parse(used), "at+jwt", "k"));
            assertThat(verdict instanceof Verdict.Accepted).as(used).isEqualTo(used.equals(allowed));
        }
    }

    @Test
    void without_a_kid_the_only_key_is_taken_and_two_are_a_question_too_many() throws Exception {
        var one = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        var two = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
        String token = signed(one, JWSAlgorithm.ES256, "at+jwt", null);
        trust(one, "at+jwt", "ES256");
        assertThat(verify(token)).isInstanceOf(Verdict.Accepted.class);
        trust(new JWKSet(List.of(one.toPublicJWK(), two.toPublicJWK())), "at+jwt", "ES256");
        assertThat(verify(token)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void keys_belong_to_issuers() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        trust(key, "at+jwt", "ES256");
        String inOurName = signed(key, JWSAlgorithm.ES256, "at+jwt", "k", TestTokens.ISSUER.value());
        assertThat(verify(inOurName))
                .isEqualTo(new Verdict.Rejected(
                        Reason.INVALID_TOKEN, "the token was signed with a key that its issuer does not have"));
    }

    @Test
    void an_issuer_is_trusted_only_where_the_profile_names_it() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        trust(key, "at+jwt", "ES256");
        String token = signed(key, JWSAlgorithm.ES256, "at+jwt", "k");
        assertThat(house.tokens.verifier().verify(token, TestTokens.PROFILE, house.now))
                .isInstanceOf(Verdict.Rejected.class);
        assertThat(verify(token)).isInstanceOf(Verdict.Accepted.class);
        house.tokens.trustOthers(List.of());
        assertThat(verify(token)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void our_own_algorithms_are_verified_whichever_it_is() {
        for (var algorithm : EnumSet.of(JwsAlgorithm.ES256, JwsAlgorithm.RS256)) {
            String token = house.tokens
                    .mint()
                    .mint(TestTokens.grant("user-1"), algorithm, house.now)
                    .token();
            assertThat(verify(token)).isInstanceOf(Verdict.Accepted.class);
        }
    }

    private Verdict verify(String token) {
        return house.tokens.verifier().verify(token, BOTH, house.now);
    }

    private void trust(com.nimbusds.jose.jwk.JWK key, String typ, String algorithm) throws Exception {
        trust(new JWKSet(key.toPublicJWK()), typ, algorithm);
    }

    private void trust(JWKSet set, String typ, String algorithm) throws Exception {
        var keys = ForeignKeys.parse(set.toString().getBytes(StandardCharsets.UTF_8), Set.of(algorithm));
        house.tokens.trustOthers(List.of(new TrustedIssuer(
                OTHER, Set.of(JwsAlgorithm.named(algorithm).orElseThrow()), TokenType.named(typ), keys)));
    }

    private String signed(JWK key, JWSAlgorithm algorithm, String typ, String kid) {
        return signed(key, algorithm, typ, kid, OTHER.value());
    }

    private String signed(JWK key, JWSAlgorithm algorithm, String typ, String kid, String issuer) {
        return ForeignToken.at(house.now, issuer, "something else", TestTokens.AUDIENCE)
                .type(typ)
                .signed(key, algorithm, kid);
    }
}
