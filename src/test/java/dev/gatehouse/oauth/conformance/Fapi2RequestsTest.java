package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.oauth.conformance.Suite.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FAPI 2.0 Security Profile, first part: what is pushed, and what a browser may add or change on the way (nothing). */
final class Fapi2RequestsTest {
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

    private JWTClaimsSet succeeds(Map<String, String> request) {
        return suite.verified(bank.tokens(suite.browser(), request).getString("id_token"), bank.id(), "ES256");
    }

    private static void refused(Reply reply, String... errors) {
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(400);
        assertThat(TestHouse.json(reply).getString("error")).isIn(List.of(errors));
    }

    @Test
    @DisplayName(
            F + "happy-flow: pushed, allowed, redeemed with a proof; the token is bound and good at user information")
    void happy_flow() {
        Map<String, String> request = bank.request("scope", "openid email");
        JsonObject tokens = bank.tokens(suite.browser(), request);
        assertThat(tokens.getString("token_type")).isEqualTo("DPoP");
        JWTClaimsSet claims = suite.verified(tokens.getString("id_token"), bank.id(), "ES256");
        assertThat(claims.getClaim("nonce")).isEqualTo(request.get("nonce"));
        Reply info = bank.userInfo(tokens.getString("access_token"), "DPoP", proof -> proof);
        assertThat(info.status()).as(info.body().toString()).isEqualTo(200);
        assertThat(TestHouse.json(info).getString("sub")).isEqualTo(claims.getSubject());
    }

    @Test
    @DisplayName(F + "user-rejects-authentication: who denies goes back with access_denied, state and iss")
    void user_rejects() {
        RelyingParty stranger = registeredStranger();
        Browser browser = suite.browser();
        Map<String, String> request = stranger.request();
        Stop consent = browser.signIn(browser.open(RelyingParty.url(request)));
        Map<String, String> told = browser.press(consent, "Deny").landed();
        assertThat(told)
                .containsEntry("error", "access_denied")
                .containsEntry("state", request.get("state"))
                .containsEntry("iss", TestHouse.URL)
                .doesNotContainKey("code");
    }

    /** Nobody is asked about the house's own apps. */
    private static RelyingParty registeredStranger() {
        JsonObject metadata = new JsonObject().put("redirect_uris", List.of("https://stranger.example/callback"));
        return RelyingParty.of(suite, TestHouse.json(DynamicPlanTest.register(suite, metadata)));
    }

    @Test
    @DisplayName(F + "ensure-authorization-request-without-state-success: no state, and none comes back")
    void without_state() {
        Map<String, String> request = bank.request();
        request.remove("state");
        Stop stop = suite.browser().through(bank.url(bank.requestUri(request)));
        assertThat(stop.landed()).containsKey("code").doesNotContainKey("state");
    }

    @Test
    @DisplayName(F + "ensure-authorization-request-without-nonce-success: no nonce, and none in the ID token")
    void without_nonce() {
        Map<String, String> request = bank.request();
        request.remove("nonce");
        assertThat(succeeds(request).getClaim("nonce")).isNull();
    }

    @Test
    @DisplayName(
            F + "ensure-authorization-request-with-64-char-nonce-success: a nonce of 64 characters comes back whole")
    void nonce_of_64() {
        assertThat(succeeds(bank.request("nonce", "n".repeat(64))).getClaim("nonce"))
                .isEqualTo("n".repeat(64));
    }

    @Test
    @DisplayName(F + "ensure-authorization-request-with-long-nonce: so does one of 384")
    void nonce_of_384() {
        assertThat(succeeds(bank.request("nonce", "n".repeat(384))).getClaim("nonce"))
                .isEqualTo("n".repeat(384));
    }

    @Test
    @DisplayName(F + "ensure-authorization-request-with-long-state: a state of 384 characters comes back whole")
    void state_of_384() {
        Stop stop = suite.browser().through(bank.url(bank.requestUri(bank.request("state", "s".repeat(384)))));
        assertThat(stop.landed()).containsEntry("state", "s".repeat(384));
    }

    @Test
    @DisplayName(F + "ensure-other-scope-order-succeeds: openid need not come first")
    void scope_order() {
        succeeds(bank.request("scope", "email openid"));
    }

    @Test
    @DisplayName(
            F + "test-claims-parameter-identity-claims: claims asked for by name come in the ID token, and no others")
    void identity_claims() {
        JWTClaimsSet claims = succeeds(bank.request(
                "scope",
                "openid profile",
                "claims",
                "{\"id_token\":{\"given_name\":{\"essential\":true},\"birthdate\":null}}"));
        assertThat(claims.getClaim("given_name")).isEqualTo("Ada");
        assertThat(claims.getClaim("birthdate")).isEqualTo("1815-12-10");
        assertThat(claims.getClaim("family_name")).isNull();
    }

    @Test
    @DisplayName(
            F
                    + "ensure-different-nonce-inside-and-outside-request-object: what was pushed counts, not what the browser brings")
    void nonce_outside() {
        Map<String, String> request = bank.request();
        String url = bank.url(bank.requestUri(request)) + "&nonce=another";
        JsonObject tokens =
                RelyingParty.good(bank.redeem(suite.browser().through(url).code()));
        assertThat(suite.verified(tokens.getString("id_token"), bank.id(), "ES256")
                        .getClaim("nonce"))
                .isEqualTo(request.get("nonce"));
    }

    @Test
    @DisplayName(F + "ensure-different-state-inside-and-outside-request-object: the pushed state comes back")
    void state_outside() {
        Map<String, String> request = bank.request();
        Stop stop = suite.browser().through(bank.url(bank.requestUri(request)) + "&state=another");
        assertThat(stop.landed()).containsEntry("state", request.get("state"));
    }

    @Test
    @DisplayName(F + "state-only-outside-request-object-not-used: a state that was not pushed does not come back")
    void state_only_outside() {
        Map<String, String> request = bank.request();
        request.remove("state");
        Stop stop = suite.browser().through(bank.url(bank.requestUri(request)) + "&state=smuggled");
        assertThat(stop.landed()).containsKey("code").doesNotContainKey("state");
    }

    @Test
    @DisplayName(
            F
                    + "ensure-request-object-without-redirect-uri-fails: a push without redirect_uri is refused, whatever the browser would add")
    void without_redirect_uri() {
        Map<String, String> request = bank.request();
        request.remove("redirect_uri");
        refused(bank.push(request), "invalid_request");
    }

    @Test
    @DisplayName(F + "ensure-redirect-uri-in-authorization-request: the same, by the other name this has in the plan")
    void redirect_uri_in_request() {
        Map<String, String> request = bank.request("redirect_uri", "");
        refused(bank.push(request), "invalid_request", "invalid_redirect_uri");
    }

    @Test
    @DisplayName(
            F
                    + "plain-fapi-tolerate-unregistered-redirect-uri: an address that was not registered is refused when it is pushed")
    void unregistered_redirect_uri() {
        refused(
                bank.push(bank.request("redirect_uri", bank.redirect() + "/other")),
                "invalid_request",
                "invalid_redirect_uri");
    }

    @Test
    @DisplayName(F + "ensure-registered-redirect-uri: and so is one that differs by a query")
    void registered_redirect_uri() {
        refused(
                bank.push(bank.request("redirect_uri", bank.redirect() + "?foo=bar")),
                "invalid_request",
                "invalid_redirect_uri");
    }

    @Test
    @DisplayName(
            F
                    + "ensure-unsigned-authorization-request-without-using-par-fails: a plain request of a client that has to push gets no code")
    void without_push() {
        Stop stop = suite.browser().open(RelyingParty.url(bank.request()));
        assertThat(stop.brought()).doesNotContainKey("code");
        if (!stop.isPage()) assertThat(stop.brought()).containsEntry("error", "invalid_request");
    }

    @Test
    @DisplayName(F + "ensure-response-type-code-idtoken-fails: response_type=code id_token is refused as unsupported")
    void code_id_token() {
        refused(bank.push(bank.request("response_type", "code id_token")), "unsupported_response_type");
    }

    @Test
    @DisplayName(F + "ensure-response-type-token-fails: so is response_type=token")
    void token() {
        refused(bank.push(bank.request("response_type", "token")), "unsupported_response_type");
    }

    @Test
    @DisplayName(F + "par-ensure-pkce-required: a push without a code challenge is refused")
    void pkce_required() {
        Map<String, String> request = bank.request();
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        refused(bank.push(request), "invalid_request");
    }

    @Test
    @DisplayName(F + "par-plain-pkce-rejected: a plain challenge is refused")
    void plain_pkce() {
        refused(
                bank.push(bank.request("code_challenge", Bank.VERIFIER, "code_challenge_method", "plain")),
                "invalid_request");
    }

    @Test
    @DisplayName(
            F
                    + "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: a page that is loaded again before the sign-in still leads on")
    void reused_before_sign_in() {
        String url = bank.url(bank.requestUri(bank.request()));
        Browser browser = suite.browser();
        assertThat(Browser.asksForPassword(browser.open(url))).isTrue();
        RelyingParty.good(bank.redeem(browser.through(url).code()));
    }

    @Test
    @DisplayName(F + "par-attempt-reuse-request_uri: a request that led to a code leads to no other")
    void reused() {
        String url = bank.url(bank.requestUri(bank.request()));
        Browser browser = suite.browser();
        RelyingParty.good(bank.redeem(browser.through(url).code()));
        Stop again = browser.through(url);
        assertThat(again.brought()).doesNotContainKey("code");
    }

    @Test
    @DisplayName(F + "par-attempt-to-use-expired-request_uri: after its time a pushed request leads nowhere")
    void expired() {
        String url = bank.url(bank.requestUri(bank.request()));
        suite.house.sql("UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'pushed_request'");
        assertThat(suite.browser().through(url).brought()).doesNotContainKey("code");
    }

    @Test
    @DisplayName(F
            + "par-attempt-to-use-request_uri-for-different-client: a pushed request leads nowhere for another client")
    void different_client() {
        String requestUri = bank.requestUri(bank.request());
        Stop stop = suite.browser().through(Bank.second(suite).url(requestUri));
        assertThat(stop.isPage()).isTrue();
        assertThat(stop.status()).isEqualTo(400);
    }

    @Test
    @DisplayName(F + "par-authorization-request-containing-request_uri-form-param: a push of a request_uri is refused")
    void request_uri_pushed() {
        refused(
                bank.push(bank.request("request_uri", bank.requestUri(bank.request()))),
                "invalid_request",
                "invalid_request_object");
    }

    @Test
    @DisplayName(F + "par-attempt-invalid-http-method: only POST pushes")
    void invalid_method() {
        Reply reply = suite.ask("GET", "/oauth/par?" + Browser.encoded(bank.request()), Map.of(), "");
        assertThat(reply.status()).isEqualTo(405);
    }

    @Test
    @DisplayName(
            F + "par-without-duplicate-parameters: client_id and request_uri are all that the browser has to bring")
    void without_duplicates() {
        RelyingParty.good(bank.redeem(bank.code(suite.browser(), bank.request())));
    }

    @Test
    @DisplayName(F + "ensure-mismatched-dpop-jkt-fails: a push whose proof and dpop_jkt name two keys is refused")
    void mismatched_dpop_jkt() {
        String other = Keys.thumbprint(Keys.ec("other"));
        refused(pushWithProof(bank.request("dpop_jkt", other)), "invalid_request", "invalid_dpop_proof");
    }

    @Test
    @DisplayName(
            F
                    + "ensure-dpopproof-at-par-endpoint-binding-success: a code is bound to the key of the push, and good with it")
    void bound_at_push() {
        String requestUri = Bank.requestUri(pushWithProof(bank.request()));
        RelyingParty.good(
                bank.redeem(suite.browser().through(bank.url(requestUri)).code()));
    }

    @Test
    @DisplayName(F + "ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt: and with no other key")
    void bound_at_push_to_another() {
        String requestUri = Bank.requestUri(pushWithProof(bank.request()));
        String code = suite.browser().through(bank.url(requestUri)).code();
        refused(bank.with(Keys.ec("other")).redeem(code), "invalid_grant", "invalid_dpop_proof");
    }

    @Test
    @DisplayName(F + "ensure-dpop-auth-code-binding-success: dpop_jkt binds the code as well")
    void bound_by_parameter() {
        Map<String, String> request = bank.request("dpop_jkt", Keys.thumbprint(bank.key()));
        RelyingParty.good(bank.redeem(bank.code(suite.browser(), request)));
    }

    @Test
    @DisplayName(F + "ensure-token-endpoint-fails-with-mismatched-dpop-jkt: and no other key redeems it")
    void bound_by_parameter_to_another() {
        String code = bank.code(suite.browser(), bank.request("dpop_jkt", Keys.thumbprint(bank.key())));
        refused(bank.with(Keys.ec("other")).redeem(code), "invalid_grant", "invalid_dpop_proof");
    }

    /** Asks again with a nonce, where one is wanted. */
    private static Reply pushWithProof(Map<String, String> request) {
        Reply first =
                bank.push(request, bank.assertion(c -> c), Optional.of(bank.proof("/oauth/par", claims -> claims)));
        if (!first.body().toString().contains("use_dpop_nonce")) return first;
        String nonce = Browser.header(first, "DPoP-Nonce").orElseThrow();
        return bank.push(
                request,
                bank.assertion(c -> c),
                Optional.of(bank.proof("/oauth/par", claims -> claims.claim("nonce", nonce))));
    }

    @Test
    @DisplayName(F
            + "ensure-client-assertion-in-token-endpoint: without an assertion nothing is pushed and nothing redeemed")
    void without_assertion() {
        assertRefused(bank.form("/oauth/par", bank.request(), Optional.empty()), 401, "invalid_client");
        String code = bank.code(suite.browser(), bank.request());
        var form = bank.redeeming(code);
        form.put("client_id", bank.id());
        assertRefused(
                bank.form("/oauth/token", form, Optional.of(bank.proof("/oauth/token", c -> c))),
                401,
                "invalid_client");
    }
}
