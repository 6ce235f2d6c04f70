package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.conformance.Browser;
import dev.gatehouse.oauth.conformance.Browser.Stop;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the tutorials have apps do, row by row of the roadmap, at a whole gate: sent browsers, codes, tokens of other people's apps. */
final class TutorialFlowsTest {
    private static final String URL = "http://localhost:8080";
    private static final String SECRET = "a secret of the partner, for tests alone";
    private static final App APP = new App(URL, "app");

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static Gate gate;
    private static BackRoom backRoom;

    @BeforeAll
    static void open() {
        gate = Gate.open(
                DATABASE,
                "url: " + URL
                        + "\napis: {demo: {path: /, upstream: 'eventbus:nobody', routes: {GET /api/data: scope data:read}}}\n"
                        + App.CLIENTS
                        + "  partner: {name: A partner, type: web, consent: remembered, secret: '" + SECRET
                        + "', redirect: ['https://partner.example/callback'], scopes: [openid, data:read]}\n");
        backRoom = BackRoom.behind(gate, DATABASE);
        gate.register("ada");
    }

    @AfterAll
    static void close() {
        backRoom.close();
        gate.close();
    }

    private static Map<String, String> partnersRequest() {
        Map<String, String> request = new LinkedHashMap<>(APP.request());
        request.put("client_id", "partner");
        request.put("redirect_uri", "https://partner.example/callback");
        request.put("scope", "openid data:read");
        return request;
    }

    private static HttpResponse<String> partnerRedeems(String code) {
        String basic = "partner:" + SECRET.replace(" ", "+").replace(",", "%2C");
        return gate.postForm(
                "/oauth/token",
                Browser.encoded(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        "https://partner.example/callback",
                        "code_verifier",
                        App.VERIFIER)),
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    @DisplayName("S8 GET /oauth/authorize is a form to sign in with; whatever is posted there, no token comes back")
    void authorize_never_answers_with_a_token() {
        Browser browser = APP.browser(gate, "ada");
        Stop page = browser.open(APP.authorize(partnersRequest()));
        assertThat(page.html()).contains("name=\"username\"", "name=\"password\"");
        var posted = partnersRequest();
        posted.putAll(Map.of(
                "username",
                "ada",
                "password",
                Gate.PASSWORD,
                "confirm",
                "yes",
                "grant_type",
                "password",
                "decision",
                "allow"));
        for (String type : new String[] {"code", "token", "id_token token"}) {
            posted.put("response_type", type);
            Stop stop = browser.post(URL + "/oauth/authorize", posted);
            assertThat(stop.url() + stop.html()).doesNotContain("access_token");
            assertThat(stop.brought()).doesNotContainKeys("access_token", "id_token");
        }
    }

    @Test
    @DisplayName(
            "S10 a client has an id, a secret that is kept as a hash, and redirect URIs that are compared character by character")
    void clients_are_kept_with_care() {
        for (String other : new String[] {"/callbacK", "/callback/", "/callback?x=1", ":443/callback"}) {
            Map<String, String> request = partnersRequest();
            request.put("redirect_uri", "https://partner.example" + other);
            Stop stop = APP.browser(gate, "ada").open(APP.authorize(request));
            assertThat(stop.isPage()).as(stop.url()).isTrue();
            assertThat(stop.status()).isEqualTo(400);
        }
        for (var table : backRoom.sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
            assertThat(backRoom.sql(
                            "SELECT 1 FROM \"" + table.getString("tablename") + "\" t WHERE t::text LIKE $1",
                            "%" + SECRET + "%"))
                    .as(table.getString("tablename"))
                    .isEmpty();
    }

    @Test
    @DisplayName("S12 a code becomes an access token and a refresh token, which becomes the next ones")
    void codes_and_tokens() {
        JsonObject first = App.tokens(APP.redeem(gate, APP.code(APP.browser(gate, "ada"))));
        JsonObject second = App.tokens(APP.refresh(gate, first.getString("refresh_token")));
        assertThat(second.getString("refresh_token")).isNotBlank().isNotEqualTo(first.getString("refresh_token"));
        assertThat(second.getString("access_token")).isNotBlank().isNotEqualTo(first.getString("access_token"));
    }

    @Test
    @DisplayName(
            "S13 S15 an app of somebody else gets what the person allowed it, and the route asks for no more and no less")
    void limited_access() {
        Browser browser = APP.browser(gate, "ada");
        Stop consent = browser.signIn(browser.open(APP.authorize(partnersRequest())));
        assertThat(consent.html()).contains("A partner", "Read your data");
        JsonObject tokens =
                App.tokens(partnerRedeems(browser.press(consent, "Allow").code()));
        assertThat(tokens.getString("scope").split(" ")).containsExactlyInAnyOrder("openid", "data:read");
        assertThat(gate.getAs(tokens.getString("access_token"), "/api/data").statusCode())
                .isNotIn(401, 403);
        Map<String, String> narrow = partnersRequest();
        narrow.put("scope", "openid");
        JsonObject less =
                App.tokens(partnerRedeems(browser.through(APP.authorize(narrow)).code()));
        HttpResponse<String> answer = gate.getAs(less.getString("access_token"), "/api/data");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("insufficient_scope");
        Map<String, String> denied = partnersRequest();
        denied.put("prompt", "consent");
        assertThat(browser.press(browser.open(APP.authorize(denied)), "Deny").landed())
                .containsEntry("error", "access_denied")
                .doesNotContainKey("code");
    }

    @Test
    @DisplayName("S16 a mobile app has no secret, comes back by a scheme of its own, and needs PKCE")
    void mobile_apps() {
        Browser browser = APP.browser(gate, "ada");
        Stop stop = browser.through(APP.authorize(APP.request()));
        assertThat(stop.url()).startsWith("com.example.app:/callback?");
        App.tokens(APP.redeem(gate, stop.code()));
        Map<String, String> request = APP.request();
        request.remove("code_challenge");
        request.remove("code_challenge_method");
        assertThat(browser.through(APP.authorize(request)).landed())
                .containsEntry("error", "invalid_request")
                .doesNotContainKey("code");
    }
}
