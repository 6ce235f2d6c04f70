package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.oauth.authorize.AuthorizeHouse.CALLBACK;
import static dev.gatehouse.oauth.authorize.AuthorizeHouse.request;
import static dev.gatehouse.oauth.authorize.Browser.brought;
import static dev.gatehouse.oauth.authorize.Browser.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Gate;
import dev.gatehouse.store.TestDatabase;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorizeTest {
    private static final String PATH = "/oauth/authorize";

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Gate gate;
    private static AuthorizeHouse house;

    private Browser browser;

    @BeforeAll
    static void open() {
        gate = Gate.open(DB, AuthorizeHouse.yaml());
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
    @DisplayName("AZ08 RFC 9207 §2: with a session, a code comes straight back, with state and iss")
    void a_code_comes_straight_back() {
        var answer = browser.opens(PATH, request());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).startsWith(CALLBACK + "?code=");
        assertThat(brought(answer).keySet()).containsExactly("code", "state", "iss");
        assertThat(brought(answer)).containsEntry("state", "s1").containsEntry("iss", gate.url());
        assertThat(brought(answer).get("code")).matches("[A-Za-z0-9_-]{43}");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    @DisplayName("without a session the browser gets a cookie and the page to sign in")
    void without_a_session_there_is_a_page() {
        browser.forgetsCookies();
        var answer = browser.opens(PATH, request());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).matches("/login\\?flow=[A-Za-z0-9_-]{43}");
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .matches("gh=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax");
    }

    @ParameterizedTest
    @DisplayName(
            "AZ01 RFC 9700 §2.1: a redirect_uri that differs by one byte is answered here, with a page and no Location")
    @ValueSource(
            strings = {
                "https://shop.example.com/callback/",
                "https://shop.example.com/Callback",
                "https://shop.example.com/callback?x=1",
                "https://shop.example.com:443/callback",
                "http://shop.example.com/callback",
                "https://shop.example.com/callback#",
                "https://shop.example.com/callback/../callback",
                "https://shop.example.com.evil.example/callback",
                "https://shop.example.com@evil.example/callback",
                "javascript:alert(1)"
            })
    void one_byte_is_another_address(String redirect) {
        var page = browser.opens(PATH, request("redirect_uri", redirect));
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.headers().firstValue("Location")).isEmpty();
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    }

    @Test
    @DisplayName("whoever tries things out at home is shown both addresses, with the parts marked that differ")
    void the_difference_is_marked() {
        String much =
                browser.opens(PATH, request("redirect_uri", CALLBACK + "/")).body();
        assertThat(much)
                .contains(
                        "<details open",
                        CALLBACK + "<mark>/</mark></code>",
                        CALLBACK + "<mark></mark></code>",
                        "“/” is too much");
        String other = CALLBACK.replace("callback", "Callback");
        assertThat(browser.opens(PATH, request("redirect_uri", other)).body())
                .contains("/<mark>C</mark>allback</code>", "/<mark>c</mark>allback</code>");
        assertThat(browser.opens(PATH, request("redirect_uri", CALLBACK + "<b>"))
                        .body())
                .contains("<mark>&lt;b&gt;</mark>")
                .doesNotContain("<b>");
        assertThat(browser.opens(PATH, request("client_id", "nobody")).body())
                .doesNotContain("<details open", "<mark>");
    }

    @Test
    @DisplayName("AZ01 the query of a registered redirect_uri stays")
    void a_registered_query_stays() {
        String redirect = CALLBACK + "?keep=1&b=%20x";
        var answer = browser.opens(PATH, request("redirect_uri", redirect));
        assertThat(location(answer)).startsWith(redirect + "&code=");
    }

    @ParameterizedTest
    @DisplayName("AZ02 RFC 8252 §7.3: the port of a native app's loopback address is free, and nothing else of it")
    @CsvSource({
        "http://127.0.0.1:51004/back, 303",
        "http://127.0.0.1/back, 303",
        "http://[::1]:51004/back, 303",
        "com.example.desktop:/back, 303",
        "http://127.0.0.1:51004/back/, 400",
        "http://127.0.0.1:51004/back?x=1, 400",
        "http://localhost:51004/back, 400",
        "https://127.0.0.1:51004/back, 400",
        "http://127.0.0.2:51004/back, 400",
        "http://127.0.0.1:51004@evil.example/back, 400",
        "http://127.0.0.1:5100444/back, 400"
    })
    void the_port_is_free(String redirect, int status) {
        var answer = browser.opens(PATH, request("client_id", "desktop", "redirect_uri", redirect));
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 303) assertThat(location(answer)).startsWith(redirect + "?code=");
    }

    @ParameterizedTest
    @DisplayName("AZ03 an unknown client is answered here, and what it sent is not in the page as it came")
    @ValueSource(strings = {"nobody", "<script>alert(1)</script>", "gatehouse:", " "})
    void unknown_clients_send_nobody_anywhere(String client) {
        var page = browser.opens(PATH, request("client_id", client));
        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.headers().firstValue("Location")).isEmpty();
        assertThat(page.body()).doesNotContain("<script>alert");
    }

    @Test
    @DisplayName("AZ03 a request without client_id is answered here")
    void somebody_has_to_ask() {
        assertThat(browser.opens(PATH).statusCode()).isEqualTo(400);
        assertThat(browser.opens(PATH, request("client_id", "")).statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("RFC 6749 §3.1.2.3: redirect_uri may be left out where one is registered and nobody asks for openid")
    void redirect_uri_can_be_understood() {
        var plain = request("client_id", "plain", "redirect_uri", "", "scope", "data:read");
        assertThat(location(browser.opens(PATH, plain))).startsWith("https://plain.example.com/callback?code=");
        assertThat(browser.opens(PATH, request("redirect_uri", "", "scope", "data:read"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(browser.opens(PATH, request("client_id", "partner", "redirect_uri", ""))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @DisplayName("AZ04 AZ05 RFC 7636, RFC 9700 §2.1.1: PKCE by S256 or nothing")
    @CsvSource({
        "'', S256",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, plain",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, ''",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, s256",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM, S512",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw, S256",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=, S256",
        "'', ''"
    })
    void pkce_by_s256(String challenge, String method) {
        var answer = browser.opens(PATH, request("code_challenge", challenge, "code_challenge_method", method));
        refused(answer, "invalid_request");
    }

    @Test
    @DisplayName("AZ04 a confidential client with `pkce: optional` may go without, for OpenID Connect alone")
    void pkce_is_optional_for_who_is_registered_so() {
        var openId = request(
                "client_id",
                "partner",
                "redirect_uri",
                "https://partner.example.com/callback",
                "code_challenge",
                "",
                "code_challenge_method",
                "");
        assertThat(brought(browser.opens(PATH, openId))).containsKey("code");
        openId.put("scope", "data:read");
        assertThat(brought(browser.opens(PATH, openId))).containsEntry("error", "invalid_request");
        openId.put("client_id", "other");
        openId.put("scope", "openid");
        openId.put("redirect_uri", "https://other.example.com/callback");
        assertThat(brought(browser.opens(PATH, openId))).containsEntry("error", "invalid_request");
    }

    @ParameterizedTest
    @DisplayName("AZ06 RFC 9700 §2.1.2: only a code")
    @ValueSource(strings = {"token", "id_token token", "code id_token", "id_token", "none", "code token"})
    void only_a_code(String type) {
        refused(browser.opens(PATH, request("response_type", type)), "unsupported_response_type");
    }

    @ParameterizedTest
    @DisplayName("AZ07 RFC 6749 §3.1: whatever comes twice is refused; who asks and where to, on a page of ours")
    @CsvSource({"state, 303", "scope, 303", "code_challenge, 303", "client_id, 400", "redirect_uri, 400"})
    void nothing_comes_twice(String name, int status) {
        String query = Browser.encoded(request()) + "&" + name + "="
                + Browser.encoded(request().get(name));
        var answer = browser.opens(PATH + "?" + query);
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 303) assertThat(brought(answer)).containsEntry("error", "invalid_request");
        else assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @Test
    @DisplayName("AZ08 RFC 9207 §2: refusals carry iss and state too")
    void refusals_say_who_refuses() {
        var answer = browser.opens(PATH, request("response_type", "token"));
        assertThat(brought(answer).keySet()).containsExactly("error", "error_description", "state", "iss");
        assertThat(brought(answer)).containsEntry("iss", gate.url());
    }

    @Test
    @DisplayName("AZ09 CVE-2023-6134: a state of 4 KiB with markup comes back byte for byte, escaped in a page")
    void state_comes_back_as_it_went() {
        String state =
                "\"><script>alert(1)</script>&amp;'%00\u00e4 +/=".repeat(100).substring(0, 4000);
        var answer = browser.posts(PATH, request("state", state));
        var end = browser.follows(answer);
        assertThat(brought(end)).containsEntry("state", state);
        var page = browser.follows(browser.posts(PATH, request("state", state, "response_mode", "form_post")));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).doesNotContain("<script>alert").contains("value=\"&#34;>&lt;script>");
        refused(browser.posts(PATH, request("state", "x".repeat(4097))), "invalid_request");
    }

    @Test
    @DisplayName("Form Post Response Mode §2: a form that goes to the client, without anything inline, and a button")
    void form_post() {
        var page = browser.opens(PATH, request("response_mode", "form_post"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("method=\"post\" action=\"" + CALLBACK + "\"")
                .contains("name=\"code\"")
                .contains("name=\"state\" value=\"s1\"")
                .contains("name=\"iss\" value=\"" + gate.url() + "\"")
                .contains("type=\"submit\"");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'")
                .contains("form-action 'self' https://shop.example.com")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    @DisplayName("Multiple Response Types §2.1: by fragment, when that is asked for; what is not offered is refused")
    void fragment() {
        var answer = browser.opens(PATH, request("response_mode", "fragment"));
        assertThat(location(answer)).startsWith(CALLBACK + "#code=");
        refused(browser.opens(PATH, request("response_mode", "jwt")), "invalid_request");
    }

    @Test
    @DisplayName(
            "AZ13 RFC 9700 §4.12: a POST is answered by 303, never 307, and keeps the session of a cross-site form")
    void a_post_is_sent_on() {
        var answer = browser.postsFromElsewhere(PATH, request());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).startsWith("/oauth/authorize?");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(location(browser.follows(answer))).startsWith(CALLBACK + "?code=");
        refused(browser.postsFromElsewhere(PATH, request("response_type", "token")), "unsupported_response_type");
    }

    @Test
    @DisplayName("AZ13 a POST that is too long for an address is kept for a minute under a name")
    void a_long_post_is_kept() {
        var answer = browser.posts(PATH, request("state", "ü".repeat(3000)));
        assertThat(location(answer)).contains("request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A");
        assertThat(brought(browser.follows(answer))).containsEntry("state", "ü".repeat(3000));
    }

    @Test
    @DisplayName("AZ14 RFC 9700 §4.16: pages stand in no frame, in no cache, and say to nobody where one came from")
    void pages_stand_alone() {
        var page = browser.opens(PATH, request("client_id", "nobody"));
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("frame-ancestors 'none'");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    @DisplayName("AZ15 RFC 6749 §3.3: scopes that are not for the client are left out; what does not exist is refused")
    void scopes_are_narrowed() {
        assertThat(brought(browser.opens(PATH, request("scope", "openid data:read data:delete"))))
                .containsKey("code");
        String kept = house.sql(
                        "SELECT data->>'scope' AS scope FROM one_time WHERE kind = 'code' ORDER BY expires_at DESC LIMIT 1")
                .get(0)
                .getString("scope");
        assertThat(kept).isEqualTo("openid data:read");
        refused(browser.opens(PATH, request("scope", "openid data:raed")), "invalid_scope");
        refused(browser.opens(PATH, request("scope", "data:delete")), "invalid_scope");
    }

    @ParameterizedTest
    @DisplayName("AZ16 RFC 9101 §6: no request_uri but our own is opened, and none is fetched")
    @ValueSource(strings = {"https://shop.example.com/request.jwt", "http://169.254.169.254/", "urn:example:1"})
    void nothing_is_fetched(String uri) {
        refused(browser.opens(PATH, request("request_uri", uri)), "request_uri_not_supported");
    }

    @ParameterizedTest
    @DisplayName("AZ19 RFC 8707 §2: a resource is an absolute URI without fragment, of an API that is here")
    @ValueSource(
            strings = {
                "reports",
                "https://reports.example#x",
                "https://unknown.example",
                "/api",
                "https://reports.example/"
            })
    void resources_are_known(String resource) {
        refused(browser.opens(PATH, request("resource", resource)), "invalid_target");
    }

    @Test
    @DisplayName("RFC 8707 §2: resource may come more than once")
    void resources_may_be_several() {
        String query = Browser.encoded(request("resource", "https://reports.example")) + "&resource="
                + Browser.encoded(gate.url());
        assertThat(brought(browser.opens(PATH + "?" + query))).containsKey("code");
    }

    @ParameterizedTest
    @DisplayName("what is ill-formed is refused to the client")
    @CsvSource({
        "prompt, none login, invalid_request",
        "prompt, whatever, invalid_request",
        "max_age, -1, invalid_request",
        "max_age, soon, invalid_request",
        "dpop_jkt, short, invalid_request",
        "claims, [], invalid_request",
        "claims, '{\"userinfo\":{\"a\":null,\"a\":null}}', invalid_request",
        "claims, '{\"userinfo\":7}', invalid_request",
        "id_token_hint, abc, invalid_request",
        "registration, {}, registration_not_supported",
        "request, a.b.c, invalid_request_object",
        "claims, '{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"gold\"}}}', unmet_authentication_requirements"
    })
    void ill_formed(String name, String value, String error) {
        refused(browser.opens(PATH, request(name, value)), error);
    }

    @Test
    @DisplayName("a client without the authorization code grant is told so, when it has an address at all")
    void services_do_not_come_here() {
        assertThat(browser.opens(PATH, request("client_id", "robot")).statusCode())
                .isEqualTo(400);
    }

    private static void refused(HttpResponse<String> answer, String error) {
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).startsWith(CALLBACK + "?error=");
        assertThat(brought(answer)).containsEntry("error", error).doesNotContainKey("code");
    }
}
