package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.oauth.conformance.Suite.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The modules that the plans Basic and Form Post Basic share; they differ in how answers travel to the app. */
abstract class BasicPlan extends BasicSteps {
    @Test
    @DisplayName("oidcc-server: the whole way with a code; every answer and every claim is as it has to be")
    void server() {
        assertThat(happy(request()).fieldNames()).containsExactly("sub");
    }

    @Test
    @DisplayName("oidcc-response-type-missing: a request without response_type goes back with an error and its state")
    void response_type_missing() {
        Map<String, String> request = request();
        request.remove("response_type");
        Map<String, String> told =
                suite.browser().through(RelyingParty.url(request)).landed();
        assertThat(told.get("error")).isIn("invalid_request", "unsupported_response_type");
        assertThat(told.get("state")).isEqualTo(request.get("state"));
    }

    @Test
    @DisplayName("oidcc-idtoken-signature: without a word about algorithms an ID token is signed by RS256, with a kid")
    void idtoken_signature() {
        idToken(tokens(suite.browser(), request()));
    }

    @Test
    @DisplayName("oidcc-userinfo-get: user information by GET with the token in the header, as JSON and kept by nobody")
    void userinfo_get() {
        JsonObject tokens = tokens(suite.browser(), request("scope", "openid profile"));
        Reply reply = suite.userInfo(tokens.getString("access_token"));
        assertThat(Browser.header(reply, "Content-Type").orElse("")).startsWith("application/json");
        assertThat(Browser.header(reply, "Cache-Control").orElse("")).contains("no-store");
        assertThat(TestHouse.json(reply).getString("sub"))
                .isEqualTo(idToken(tokens).getSubject());
    }

    @Test
    @DisplayName("oidcc-userinfo-post-header: the same by POST with the token in the header")
    void userinfo_post_header() {
        JsonObject tokens = tokens(suite.browser(), request());
        Reply reply = suite.ask(
                "POST", "/oauth/userinfo", Map.of("Authorization", "Bearer " + tokens.getString("access_token")), "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(TestHouse.json(reply).getString("sub"))
                .isEqualTo(idToken(tokens).getSubject());
    }

    @Test
    @DisplayName("oidcc-userinfo-post-body: the same by POST with the token in the form")
    void userinfo_post_body() {
        JsonObject tokens = tokens(suite.browser(), request());
        Reply reply = suite.ask(
                "POST",
                "/oauth/userinfo",
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Browser.encoded(Map.of("access_token", tokens.getString("access_token"))));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(TestHouse.json(reply).getString("sub"))
                .isEqualTo(idToken(tokens).getSubject());
    }

    @Test
    @DisplayName(
            "oidcc-ensure-request-without-nonce-succeeds-for-code-flow: a code needs no nonce, and none is made up")
    void without_nonce() {
        Map<String, String> request = request();
        request.remove("nonce");
        assertThat(idToken(tokens(suite.browser(), request)).getClaim("nonce")).isNull();
    }

    @Test
    @DisplayName(
            "oidcc-scope-profile: every claim of the profile scope that there is something to say about, at user information")
    void scope_profile() {
        assertThat(happy(request("scope", "openid profile")).fieldNames())
                .containsExactlyInAnyOrder(
                        "sub",
                        "name",
                        "given_name",
                        "family_name",
                        "middle_name",
                        "nickname",
                        "preferred_username",
                        "profile",
                        "picture",
                        "website",
                        "gender",
                        "birthdate",
                        "zoneinfo",
                        "locale",
                        "updated_at");
    }

    @Test
    @DisplayName("oidcc-scope-email: email and email_verified, with their types")
    void scope_email() {
        JsonObject info = happy(request("scope", "openid email"));
        assertThat(info.fieldNames()).containsExactlyInAnyOrder("sub", "email", "email_verified");
        assertThat(info.getValue("email_verified")).isEqualTo(true);
    }

    @Test
    @DisplayName("oidcc-scope-address: address, as an object")
    void scope_address() {
        JsonObject info = happy(request("scope", "openid address"));
        assertThat(info.fieldNames()).containsExactlyInAnyOrder("sub", "address");
        assertThat(info.getJsonObject("address").getString("locality")).isEqualTo("London");
    }

    @Test
    @DisplayName("oidcc-scope-phone: phone_number and phone_number_verified")
    void scope_phone() {
        assertThat(happy(request("scope", "openid phone")).fieldNames())
                .containsExactlyInAnyOrder("sub", "phone_number", "phone_number_verified");
    }

    @Test
    @DisplayName("oidcc-scope-all: all of them at once")
    void scope_all() {
        assertThat(happy(request("scope", "openid profile email address phone")).fieldNames())
                .contains("name", "email", "address", "phone_number");
    }

    @Test
    @DisplayName("oidcc-ensure-other-scope-order-succeeds: openid need not come first")
    void other_scope_order() {
        assertThat(happy(request("scope", "email openid")).fieldNames()).contains("sub", "email");
    }

    @Test
    @DisplayName(
            "oidcc-alternate-happy-flow: another client of the same house goes the same way, with tokens of its own")
    void alternate_happy_flow() {
        Browser browser = suite.browser();
        JsonObject first = tokens(browser, request());
        RelyingParty other = RelyingParty.second(suite);
        JsonObject second = other.tokens(browser, other.request(mode()));
        assertThat(suite.verified(second.getString("id_token"), other.id(), "RS256")
                        .getSubject())
                .isEqualTo(idToken(first).getSubject());
        assertThat(second.getString("access_token")).isNotEqualTo(first.getString("access_token"));
    }

    @Test
    @DisplayName("oidcc-display-page: display=page changes nothing for the worse")
    void display_page() {
        happy(request("display", "page"));
    }

    @Test
    @DisplayName("oidcc-display-popup: display=popup changes nothing for the worse")
    void display_popup() {
        happy(request("display", "popup"));
    }

    @Test
    @DisplayName("oidcc-prompt-login: prompt=login asks for the password again, and auth_time moves on")
    void prompt_login() {
        Browser browser = suite.browser();
        tokens(browser, request("max_age", "15000"));
        timePasses();
        JsonObject first = tokens(browser, request("max_age", "15000"));
        Stop page = browser.open(RelyingParty.url(request("prompt", "login", "max_age", "15000")));
        assertThat(Browser.asksForPassword(page)).as(page.html()).isTrue();
        JsonObject second = RelyingParty.good(rp.redeem(browser.goOn(page).code()));
        assertThat(authTime(second)).isGreaterThan(authTime(first));
        assertThat(idToken(second).getSubject()).isEqualTo(idToken(first).getSubject());
    }

    @Test
    @DisplayName(
            "oidcc-prompt-none-not-logged-in: prompt=none without a session goes back with login_required, without a page")
    void prompt_none_not_logged_in() {
        Map<String, String> request = request("prompt", "none");
        Stop stop = sent(suite.browser(), request);
        assertThat(stop.brought().get("error")).isEqualTo("login_required");
        assertThat(stop.brought()).doesNotContainKey("code");
    }

    @Test
    @DisplayName("oidcc-prompt-none-logged-in: prompt=none with a session gives a code for the same sub and auth_time")
    void prompt_none_logged_in() {
        Browser browser = suite.browser();
        JsonObject first = tokens(browser, request("max_age", "15000"));
        Stop second = browser.open(RelyingParty.url(request("prompt", "none", "max_age", "15000")));
        JsonObject again = RelyingParty.good(rp.redeem(second.code()));
        assertThat(idToken(again).getSubject()).isEqualTo(idToken(first).getSubject());
        assertThat(authTime(again)).isEqualTo(authTime(first));
    }

    @Test
    @DisplayName("oidcc-max-age-1: a sign-in older than max_age is done again, and auth_time tells")
    void max_age_1() {
        Browser browser = suite.browser();
        JsonObject first = tokens(browser, request());
        timePasses();
        Stop page = browser.open(RelyingParty.url(request("max_age", "1")));
        assertThat(Browser.asksForPassword(page)).as(page.html()).isTrue();
        JsonObject second = RelyingParty.good(rp.redeem(browser.goOn(page).code()));
        assertThat(authTime(second)).isGreaterThanOrEqualTo(claimOr(first, "auth_time", 0));
        assertThat(idToken(second).getSubject()).isEqualTo(idToken(first).getSubject());
    }

    @Test
    @DisplayName("oidcc-max-age-10000: a sign-in younger than max_age holds, and auth_time is told")
    void max_age_10000() {
        Browser browser = suite.browser();
        JsonObject first = tokens(browser, request("max_age", "15000"));
        Stop second = browser.open(RelyingParty.url(request("max_age", "10000")));
        JsonObject again = RelyingParty.good(rp.redeem(second.code()));
        assertThat(authTime(again)).isEqualTo(authTime(first));
    }

    @Test
    @DisplayName("oidcc-ensure-request-with-unknown-parameter-succeeds: parameters that nobody knows are passed over")
    void unknown_parameter() {
        happy(request("extra", "foobar"));
    }

    @Test
    @DisplayName("oidcc-id-token-hint: an ID token as a hint of who it is goes with prompt=none")
    void id_token_hint() {
        Browser browser = suite.browser();
        JsonObject first = tokens(browser, request());
        Stop second =
                browser.open(RelyingParty.url(request("prompt", "none", "id_token_hint", first.getString("id_token"))));
        JsonObject again = RelyingParty.good(rp.redeem(second.code()));
        assertThat(idToken(again).getSubject()).isEqualTo(idToken(first).getSubject());
    }

    @Test
    @DisplayName("oidcc-login-hint: a login_hint is taken, whoever it names")
    void login_hint() {
        happy(request("login_hint", "buffy@rp.example"));
    }

    @Test
    @DisplayName("oidcc-ui-locales: ui_locales is taken, also languages that we do not speak")
    void ui_locales() {
        happy(request("ui_locales", "se fr"));
    }

    @Test
    @DisplayName("oidcc-claims-locales: claims_locales is taken")
    void claims_locales() {
        happy(request("claims_locales", "se"));
    }

    @Test
    @DisplayName(
            "oidcc-ensure-request-with-acr-values-succeeds: an acr is told when one was asked for, and it is one of those asked for")
    void acr_values() {
        String offered = suite.discovery().getJsonArray("acr_values_supported").getString(0);
        JWTClaimsSet claims = idToken(tokens(suite.browser(), request("acr_values", offered + " urn:example:other")));
        assertThat(claims.getClaim("acr")).isEqualTo(offered);
    }

    @Test
    @DisplayName("oidcc-codereuse: a code is good once")
    void codereuse() {
        String code = sent(suite.browser(), request()).code();
        RelyingParty.good(rp.redeem(code));
        assertRefused(rp.redeem(code), 400, "invalid_grant");
    }

    @Test
    @DisplayName(
            "oidcc-codereuse-30seconds: thirty seconds later too, and the tokens of its first use are worth nothing after that")
    void codereuse_30_seconds() {
        String code = sent(suite.browser(), request()).code();
        JsonObject tokens = RelyingParty.good(rp.redeem(code));
        suite.house.ahead = Duration.ofSeconds(30);
        assertRefused(rp.redeem(code), 400, "invalid_grant");
        Reply told = suite.userInfo(tokens.getString("access_token"));
        assertThat(told.status()).isEqualTo(401);
    }

    @Test
    @DisplayName(
            "oidcc-ensure-registered-redirect-uri: an address that was not registered gets a page of ours and nobody is sent there")
    void registered_redirect_uri() {
        Stop stop = suite.browser().open(RelyingParty.url(request("redirect_uri", rp.redirect() + "/other")));
        assertThat(stop.isPage()).isTrue();
        assertThat(stop.status()).isEqualTo(400);
        assertThat(Browser.header(stop.reply(), "Location")).isEmpty();
    }

    @Test
    @DisplayName("oidcc-ensure-post-request-succeeds: the request may come as a form")
    void post_request() {
        Browser browser = suite.browser();
        Map<String, String> request = request();
        Stop stop = browser.goOn(browser.post(TestHouse.URL + "/oauth/authorize", request));
        assertThat(stop.landed().get("state")).isEqualTo(request.get("state"));
        idToken(RelyingParty.good(rp.redeem(stop.code())));
    }

    @Test
    @DisplayName("oidcc-server-client-secret-post: the secret may come in the form")
    void client_secret_post() {
        String code = sent(suite.browser(), request()).code();
        idToken(RelyingParty.good(rp.postingSecret().redeem(code)));
    }

    @Test
    @DisplayName(
            "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: requests are not fetched; request_uri_not_supported says so")
    void request_uri_unsigned() {
        assertThat(suite.discovery().getBoolean("request_uri_parameter_supported"))
                .isFalse();
        Map<String, String> told = suite.browser()
                .through(RelyingParty.url(request("request_uri", "https://rp.example/request.jwt")))
                .landed();
        assertThat(told.get("error")).isEqualTo("request_uri_not_supported");
    }

    @Test
    @DisplayName(
            "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: unsigned request objects are neither offered nor taken")
    void unsigned_request_object() {
        assertThat(suite.discovery().getJsonArray("request_object_signing_alg_values_supported"))
                .doesNotContain("none");
        Map<String, String> request = request();
        request.put(
                "request",
                Keys.unsigned(new JsonObject(new LinkedHashMap<>(request))
                        .put("iss", rp.id())
                        .put("aud", TestHouse.URL)));
        Map<String, String> told =
                suite.browser().through(RelyingParty.url(request)).landed();
        assertThat(told.get("error")).isIn("request_not_supported", "invalid_request_object");
    }

    @Test
    @DisplayName(
            "oidcc-ensure-request-object-with-redirect-uri: an unsigned request object cannot move the redirect either")
    void request_object_with_redirect_uri() {
        Map<String, String> request = request("redirect_uri", rp.redirect() + "/other");
        request.put(
                "request",
                Keys.unsigned(new JsonObject(new LinkedHashMap<>(request))
                        .put("redirect_uri", rp.redirect())
                        .put("iss", rp.id())
                        .put("aud", TestHouse.URL)));
        Stop stop = suite.browser().open(RelyingParty.url(request));
        assertThat(stop.brought()).doesNotContainKey("code");
        assertThat(stop.url()).doesNotStartWith(rp.redirect() + "/other");
    }

    @Test
    @DisplayName("oidcc-claims-essential: a claim asked for by name is told at user information, alone")
    void claims_essential() {
        JsonObject info = happy(request("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"));
        assertThat(info.fieldNames()).containsExactlyInAnyOrder("sub", "name");
    }

    @Test
    @DisplayName(
            "oidcc-refresh-token: a refresh gives an ID token of the same person and sign-in, and only the app it was given to may")
    void refresh_token() {
        JsonObject first = tokens(
                suite.browser(), request("scope", "openid offline_access", "prompt", "consent", "max_age", "15000"));
        JsonObject second = RelyingParty.good(rp.refresh(first.getString("refresh_token")));
        JWTClaimsSet before = idToken(first);
        JWTClaimsSet after = idToken(second);
        assertThat(after.getSubject()).isEqualTo(before.getSubject());
        assertThat(after.getClaim("auth_time")).isEqualTo(before.getClaim("auth_time"));
        assertThat(second.getString("access_token")).isNotEqualTo(first.getString("access_token"));
        assertRefused(RelyingParty.second(suite).refresh(second.getString("refresh_token")), 400, "invalid_grant");
    }

    @Test
    @DisplayName(
            "oidcc-ensure-request-with-valid-pkce-succeeds: a code challenge is answered by its verifier and by nothing else")
    void valid_pkce() {
        String verifier = "a-verifier-of-forty-three-characters-or-more-0123456789";
        Map<String, String> request = request("code_challenge", Keys.s256(verifier), "code_challenge_method", "S256");
        idToken(RelyingParty.good(rp.redeem(sent(suite.browser(), request).code(), "code_verifier", verifier)));
        assertRefused(
                rp.redeem(sent(suite.browser(), request).code(), "code_verifier", verifier + "x"),
                400,
                "invalid_grant");
    }
}
