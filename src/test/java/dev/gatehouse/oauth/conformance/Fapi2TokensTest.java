package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.oauth.conformance.Suite.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FAPI 2.0 Security Profile, second part: codes, assertions, proofs and refresh tokens. */
final class Fapi2TokensTest {
    private static final String F = "fapi2-security-profile-final-";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Suite suite;
    private static Bank bank;

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
        bank = Bank.first(suite);
    }

    @AfterEach
    void backToTheWallClock() {
        suite.house.ahead = Duration.ZERO;
    }

    private String code() {
        return bank.code(suite.browser(), bank.request());
    }

    /** A redemption with a good proof and that assertion. */
    private static Reply asserting(String code, UnaryOperator<JWTClaimsSet.Builder> bent) {
        return bank.token(bank.redeeming(code), bank.assertion(bent), claims -> claims);
    }

    /** A redemption with a good assertion and that proof. */
    private static Reply proving(String code, UnaryOperator<JWTClaimsSet.Builder> bent) {
        return bank.token(bank.redeeming(code), bank.assertion(claims -> claims), bent);
    }

    private static Reply pushing(UnaryOperator<JWTClaimsSet.Builder> bent) {
        return bank.push(bank.request(), bank.assertion(bent), Optional.empty());
    }

    private static void refused(Reply reply, String... errors) {
        assertThat(reply.status()).as(reply.body().toString()).isIn(400, 401);
        assertThat(TestHouse.json(reply).getString("error")).isIn(List.of(errors));
    }

    private static Date seconds(long fromNow) {
        return Date.from(bank.now().plusSeconds(fromNow));
    }

    @Test
    @DisplayName(F + "access-token-type-header-case-sensitivity: the scheme DPoP is known in any case")
    void scheme_in_any_case() {
        JsonObject tokens = bank.tokens(suite.browser(), bank.request());
        for (String scheme : List.of("DPoP", "dpop", "dPoP"))
            assertThat(bank.userInfo(tokens.getString("access_token"), scheme, proof -> proof)
                            .status())
                    .as(scheme)
                    .isEqualTo(200);
    }

    @Test
    @DisplayName(F + "check-dpop-proof-nbf-exp: a proof may say nbf and exp besides")
    void proof_with_nbf_and_exp() {
        RelyingParty.good(
                proving(code(), proof -> proof.notBeforeTime(seconds(-1)).expirationTime(seconds(60))));
    }

    @Test
    @DisplayName(F + "ensure-dpopproof-with-iat-10seconds-before-succeeds: a clock ten seconds behind is forgiven")
    void proof_of_ten_seconds_ago() {
        RelyingParty.good(proving(code(), proof -> proof.issueTime(seconds(-10))));
    }

    @Test
    @DisplayName(F + "ensure-dpopproof-with-iat-10seconds-after-succeeds: so is one ten seconds ahead")
    void proof_of_ten_seconds_ahead() {
        RelyingParty.good(proving(code(), proof -> proof.issueTime(seconds(10))));
    }

    @Test
    @DisplayName(
            F
                    + "dpop-negative-tests: a proof for another method, another address, of yesterday, for another token or used before is refused")
    void bad_proofs() {
        String code = code();
        List<UnaryOperator<JWTClaimsSet.Builder>> bad = List.of(
                proof -> proof.claim("htm", "GET"),
                proof -> proof.claim("htu", TestHouse.URL + "/oauth/par"),
                proof -> proof.issueTime(seconds(-86400)),
                proof -> proof.issueTime(seconds(86400)),
                proof -> proof.issueTime(null),
                proof -> proof.jwtID(null));
        for (var bent : bad) refused(proving(code, bent), "invalid_dpop_proof");
        JsonObject tokens = bank.tokens(suite.browser(), bank.request());
        String token = tokens.getString("access_token");
        assertThat(bank.userInfo(token, "DPoP", proof -> proof.claim("ath", Keys.s256("another")))
                        .status())
                .isEqualTo(401);
        assertThat(bank.with(Keys.ec("thief"))
                        .userInfo(token, "DPoP", proof -> proof)
                        .status())
                .isEqualTo(401);
        assertThat(suite.userInfo(token).status())
                .as("as if it were a bearer token")
                .isEqualTo(401);
        assertThat(bank.userInfo(token, "DPoP", proof -> proof.jwtID("the same twice"))
                        .status())
                .isEqualTo(200);
        assertThat(bank.userInfo(token, "DPoP", proof -> proof.jwtID("the same twice"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    @DisplayName(F + "ensure-holder-of-key-required: without a proof nothing is redeemed")
    void proof_required() {
        refused(
                bank.form(
                        "/oauth/token",
                        Bank.signedBy(bank.assertion(claims -> claims), bank.redeeming(code())),
                        Optional.empty()),
                "invalid_dpop_proof",
                "invalid_request");
    }

    @Test
    @DisplayName(F + "ensure-client-id-in-token-endpoint: a client_id that the assertion does not say is refused")
    void client_id_of_another() {
        var form = bank.redeeming(code());
        form.put("client_id", "bank2");
        refused(
                bank.token(form, bank.assertion(claims -> claims), claims -> claims),
                "invalid_client",
                "invalid_request");
    }

    @Test
    @DisplayName(F + "ensure-authorization-code-is-bound-to-client: a code is good for the client it was issued to")
    void code_of_another() {
        Bank thief = Bank.second(suite);
        var form = bank.redeeming(code());
        refused(thief.token(form, thief.assertion(claims -> claims), claims -> claims), "invalid_grant");
    }

    @Test
    @DisplayName(F + "attempt-reuse-authorization-code-after-one-second: a code is good once")
    void code_twice() {
        String code = code();
        RelyingParty.good(bank.redeem(code));
        suite.house.ahead = Duration.ofSeconds(1);
        refused(bank.redeem(code), "invalid_grant");
    }

    @Test
    @DisplayName(F + "ensure-token-endpoint-fails-with-expired-auth-code: after a minute a code is good for nothing")
    void code_expired() {
        String code = code();
        suite.house.sql("UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'code'");
        refused(bank.redeem(code), "invalid_grant");
    }

    @Test
    @DisplayName(
            F + "ensure-signed-client-assertion-with-RS256-fails: a key that is for PS256 signs no assertion by RS256")
    void assertion_by_rs256() {
        refused(
                bank.token(bank.redeeming(code()), Keys.assertionByRs256("bank", bank.now()), claims -> claims),
                "invalid_client");
    }

    @Test
    @DisplayName(F + "ensure-client-assertion-with-exp-is-5-minutes-in-past-fails: an assertion of the past is refused")
    void assertion_expired() {
        refused(
                asserting(code(), claims -> claims.issueTime(seconds(-360)).expirationTime(seconds(-300))),
                "invalid_client");
    }

    @Test
    @DisplayName(F + "ensure-client-assertion-with-wrong-aud-fails: an assertion for somebody else is refused")
    void assertion_for_another() {
        refused(asserting(code(), claims -> claims.audience("https://other.example")), "invalid_client");
    }

    @Test
    @DisplayName(F + "ensure-client-assertion-with-no-sub-fails: an assertion without a sub is refused")
    void assertion_without_sub() {
        refused(asserting(code(), claims -> claims.subject(null)), "invalid_client", "invalid_request");
    }

    @Test
    @DisplayName(
            F
                    + "ensure-invalid-client-assertions-fail: without iss, exp or jti, with another's iss, or used before: refused")
    void bad_assertions() {
        List<UnaryOperator<JWTClaimsSet.Builder>> bad = List.of(
                claims -> claims.issuer(null),
                claims -> claims.issuer("bank2"),
                claims -> claims.expirationTime(null),
                claims -> claims.jwtID(null));
        for (var bent : bad) refused(pushing(bent), "invalid_client", "invalid_request");
        assertThat(pushing(claims -> claims.jwtID("once only")).status()).isEqualTo(201);
        refused(pushing(claims -> claims.jwtID("once only")), "invalid_client");
    }

    @Test
    @DisplayName(F + "par-test-array-as-audience-fails: the audience is the issuer as text, not a list")
    void audience_as_list() {
        refused(pushing(claims -> claims.audience(List.of(TestHouse.URL, "https://other.example"))), "invalid_client");
    }

    @Test
    @DisplayName(F + "par-test-par-endpoint-url-as-audience-fails: the address that is pushed to is no audience")
    void audience_par() {
        refused(pushing(claims -> claims.audience(TestHouse.URL + "/oauth/par")), "invalid_client");
    }

    @Test
    @DisplayName(F + "par-test-token-endpoint-url-as-audience-fails: nor is the token endpoint")
    void audience_token_endpoint() {
        refused(pushing(claims -> claims.audience(TestHouse.URL + "/oauth/token")), "invalid_client");
    }

    @Test
    @DisplayName(
            F
                    + "par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted: a clock eight seconds ahead is forgiven")
    void assertion_of_eight_seconds_ahead() {
        assertThat(pushing(claims -> claims.notBeforeTime(seconds(8)).issueTime(seconds(8)))
                        .status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName(
            F
                    + "par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails: one over a minute ahead is not")
    void assertion_of_a_minute_ahead() {
        refused(pushing(claims -> claims.notBeforeTime(seconds(70))), "invalid_client");
    }

    @Test
    @DisplayName(F + "ensure-pkce-code-verifier-required: without the verifier nothing is redeemed")
    void verifier_missing() {
        var form = bank.redeeming(code());
        form.remove("code_verifier");
        refused(
                bank.token(form, bank.assertion(claims -> claims), claims -> claims),
                "invalid_grant",
                "invalid_request");
    }

    @Test
    @DisplayName(F + "incorrect-pkce-code-verifier-rejected: nor with another one")
    void verifier_wrong() {
        var form = bank.redeeming(code());
        form.put("code_verifier", Bank.VERIFIER + "x");
        refused(bank.token(form, bank.assertion(claims -> claims), claims -> claims), "invalid_grant");
    }

    @Test
    @DisplayName(
            F
                    + "refresh-token: a refresh wants an assertion and a proof, gives a bound token, and is good for nobody else")
    void refresh_token() {
        Map<String, String> request = bank.request("scope", "openid offline_access", "prompt", "consent");
        JsonObject first = bank.tokens(suite.browser(), request);
        var form = Map.of("grant_type", "refresh_token", "refresh_token", first.getString("refresh_token"));
        Bank other = Bank.second(suite);
        refused(other.token(form, other.assertion(claims -> claims), claims -> claims), "invalid_grant");
        JsonObject second = RelyingParty.good(bank.token(form, bank.assertion(claims -> claims), claims -> claims));
        assertThat(second.getString("token_type")).isEqualTo("DPoP");
        assertThat(suite.verified(second.getString("id_token"), bank.id(), "ES256")
                        .getSubject())
                .isEqualTo(suite.verified(first.getString("id_token"), bank.id(), "ES256")
                        .getSubject());
        var named = new java.util.HashMap<>(form);
        named.put("client_id", bank.id());
        assertRefused(bank.form("/oauth/token", named, Optional.empty()), 401, "invalid_client");
    }
}
