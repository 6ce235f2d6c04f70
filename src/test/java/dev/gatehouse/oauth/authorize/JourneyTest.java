package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.oauth.authorize.AuthorizeHouse.CALLBACK;
import static dev.gatehouse.oauth.authorize.AuthorizeHouse.flow;
import static dev.gatehouse.oauth.authorize.AuthorizeHouse.request;
import static dev.gatehouse.oauth.authorize.Browser.brought;
import static dev.gatehouse.oauth.authorize.Browser.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Gate;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the request to the code by way of our pages. */
final class JourneyTest {
    private static final String PATH = "/oauth/authorize";
    private static final String ASKS = "https://asks.example.com/callback";

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
        gate.register("bob");
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @BeforeEach
    void begin() {
        browser = new Browser(gate);
    }

    @Test
    @DisplayName("AZ10 OpenID Connect Core §3.1.2.1: prompt=none shows nothing, whatever is missing")
    void silence() {
        assertThat(brought(browser.opens(PATH, request("prompt", "none")))).containsEntry("error", "login_required");
        assertThat(browser.cookie()).isEmpty();
        house.signIn(browser, "alice", 100);
        assertThat(brought(browser.opens(PATH, request("prompt", "none")))).containsKey("code");
        assertThat(brought(browser.opens(PATH, asks("prompt", "none")))).containsEntry("error", "consent_required");
        assertThat(brought(browser.opens(PATH, request("prompt", "none", "max_age", "10"))))
                .containsEntry("error", "login_required");
    }

    @ParameterizedTest
    @DisplayName("AZ11 prompt=login and max_age: a sign-in on the way and no older one, with a new auth_time")
    @ValueSource(strings = {"prompt=login", "max_age=60", "max_age=0"})
    void a_fresh_sign_in(String wish) {
        house.signIn(browser, "alice", 3600);
        var answer = browser.opens(PATH, request(wish.split("=")[0], wish.split("=")[1]));
        assertThat(location(answer)).startsWith("/login?flow=");
        String flow = flow(location(answer));
        assertThat(location(resume(flow))).startsWith("/login?flow=");
        house.signInOnTheWay(browser, flow, "alice");
        assertThat(brought(resume(flow))).containsKey("code").containsEntry("state", "s1");
        long age = house.sql(
                        "SELECT extract(epoch FROM now())::bigint - (data->>'auth_time')::bigint AS age FROM one_time WHERE kind = 'code' ORDER BY expires_at DESC LIMIT 1")
                .get(0)
                .getLong("age");
        assertThat(age).isLessThan(60);
    }

    @Test
    @DisplayName("the language that a person chose at the sign-in is that of the consent page")
    void the_language_goes_along() {
        house.signIn(browser, "alice");
        String flow = flow(location(browser.opens(PATH, asks("ui_locales", "fr"))));
        String page = location(browser.opens("/oauth/continue", Map.of("flow", flow, "lang", "es")));
        assertThat(page).isEqualTo("/consent?flow=" + flow + "&lang=es");
        assertThat(browser.opens("/consent", Map.of("flow", flow, "lang", "es")).body())
                .contains("<html lang=\"es\"");
        assertThat(browser.opens("/consent", Map.of("flow", flow)).body()).contains("<html lang=\"fr\"");
    }

    @Test
    @DisplayName("prompt=select_account: the person says who they are, once")
    void choosing() {
        house.signIn(browser, "alice");
        var answer = browser.opens(PATH, request("prompt", "select_account"));
        assertThat(location(answer)).matches("/login\\?flow=[A-Za-z0-9_-]{43}&choose=account");
        house.choose(browser, flow(location(answer)));
        assertThat(brought(resume(flow(location(answer))))).containsKey("code");
    }

    @Test
    @DisplayName(
            "AZ12 a claims request for another person's sub is login_required, silently or after a sign-in of somebody else")
    void another_person() {
        house.signIn(browser, "alice");
        String bob = house.sql("SELECT id FROM account WHERE username = 'bob'")
                .get(0)
                .getString("id");
        String claims = "{\"id_token\":{\"sub\":{\"value\":\"" + bob + "\"}}}";
        assertThat(brought(browser.opens(PATH, request("claims", claims, "prompt", "none"))))
                .containsEntry("error", "login_required");
        String flow = flow(location(browser.opens(PATH, request("claims", claims))));
        house.signInOnTheWay(browser, flow, "alice");
        assertThat(brought(resume(flow))).containsEntry("error", "login_required");
        String again = flow(location(browser.opens(PATH, request("claims", claims))));
        house.signInOnTheWay(browser, again, "bob");
        assertThat(brought(resume(again))).containsKey("code");
    }

    @Test
    @DisplayName("AZ12 OpenID Connect Core §3.1.2.1: an ID token of ours, even an old one, says who has to be there")
    void an_id_token_as_a_hint() {
        house.signIn(browser, "alice");
        String code = brought(browser.opens(PATH, request())).get("code");
        var token = gate.postForm(
                "/oauth/token",
                Browser.encoded(Map.of(
                        "grant_type", "authorization_code",
                        "client_id", "web-shop",
                        "code", code,
                        "redirect_uri", CALLBACK,
                        "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        String hint = new JsonObject(token.body()).getString("id_token");
        assertThat(brought(browser.opens(PATH, request("prompt", "none", "id_token_hint", hint))))
                .containsKey("code");
        house.signIn(browser, "bob");
        assertThat(brought(browser.opens(PATH, request("prompt", "none", "id_token_hint", hint))))
                .containsEntry("error", "login_required");
        assertThat(location(browser.opens(PATH, request("id_token_hint", hint))))
                .startsWith("/login?flow=");
        String access = new JsonObject(token.body()).getString("access_token");
        for (String other : List.of(access, hint.substring(0, hint.length() - 6) + "AAAAAA", hint + "."))
            assertThat(brought(browser.opens(PATH, request("id_token_hint", other))))
                    .containsEntry("error", "invalid_request");
    }

    @Test
    @DisplayName("from the app to the form, over consent, to the code: as a person goes, with no JavaScript")
    void through_the_pages() {
        var form = login(browser.opens(PATH, asks("login_hint", "alice")));
        String before = browser.cookie().orElseThrow();
        var signedIn = browser.posts("/login", form);
        assertThat(location(signedIn)).startsWith("/consent?flow=");
        assertThat(browser.cookie().orElseThrow()).isNotEqualTo(before);
        var end = browser.follows(browser.posts("/consent", form(browser.follows(signedIn), "allow")));
        assertThat(location(end)).startsWith(ASKS + "?code=");
    }

    @Test
    @DisplayName("a password sign-in is three requests: the app's, the form, and what comes of it")
    void three_requests() {
        var asked = browser.opens(PATH, request());
        var page = browser.follows(asked);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("form-action 'self' https://shop.example.com;");
        var answer = browser.posts("/login", filled(page));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).startsWith(CALLBACK + "?code=");
        assertThat(brought(answer)).containsEntry("state", "s1").containsEntry("iss", gate.url());
        assertThat(brought(browser.opens(PATH, request("prompt", "none")))).containsKey("code");
        assertThat(resume(flow(location(asked))).statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("a refusal for the app is the answer to the form, too")
    void refused_at_once() {
        String bob = house.sql("SELECT id FROM account WHERE username = 'bob'")
                .get(0)
                .getString("id");
        var form =
                login(browser.opens(PATH, request("claims", "{\"id_token\":{\"sub\":{\"value\":\"" + bob + "\"}}}")));
        assertThat(brought(browser.posts("/login", form))).containsEntry("error", "login_required");
    }

    @Test
    @DisplayName(
            "form_post: the page that takes the answer along is no answer to a password, which a reload would send once more")
    void a_page_is_asked_for() {
        var form = login(browser.opens(PATH, request("response_mode", "form_post")));
        var answer = browser.posts("/login", form);
        assertThat(location(answer)).isEqualTo("/oauth/continue?flow=" + form.get("flow"));
        var page = browser.follows(answer);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("name=\"code\"");
    }

    @Test
    @DisplayName("I1 a form that is sent five times at once gives one code, and nobody who is in loses the cookie")
    void sent_twice() {
        var form = login(browser.opens(PATH, request()));
        String before = browser.cookie().orElseThrow();
        assertThat(codes(5, () -> {
                    var window = new Browser(gate);
                    window.has(before);
                    var answer = window.posts("/login", form);
                    if (answer.statusCode() == 303) {
                        assertThat(window.cookie().orElseThrow()).isNotEqualTo(before);
                        assertThat(brought(window.opens(PATH, request("prompt", "none"))))
                                .containsKey("code");
                    } else assertThat(answer.statusCode()).isEqualTo(400);
                    return answer;
                }))
                .isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a second tab goes on after the sign-in in the first, and a form that is sent from where one came back to gives nothing")
    void a_second_tab() {
        String other = flow(location(browser.opens(PATH, request("state", "s2"))));
        var form = login(browser.opens(PATH, request()));
        assertThat(brought(browser.posts("/login", form))).containsKey("code").containsEntry("state", "s1");
        assertThat(browser.posts("/login", form).statusCode()).isEqualTo(400);
        assertThat(brought(resume(other))).containsKey("code").containsEntry("state", "s2");
    }

    @Test
    @DisplayName("AZ18 CVE-2026-7571: what a browser changes on the way round is not heard")
    void the_server_remembers() {
        house.signIn(browser, "alice", 3600);
        String flow = flow(location(browser.opens(PATH, request("prompt", "login"))));
        house.signInOnTheWay(browser, flow, "alice");
        var end = browser.opens(
                "/oauth/continue?flow=" + flow
                        + "&response_type=token&response_mode=fragment&redirect_uri=https%3A%2F%2Fevil.example&scope=data%3Adelete&state=other");
        assertThat(location(end)).startsWith(CALLBACK + "?code=");
        assertThat(brought(end)).containsEntry("state", "s1").doesNotContainKey("access_token");
    }

    @Test
    @DisplayName("an interaction is good in its own browser, and once")
    void one_browser_once() {
        house.signIn(browser, "alice", 3600);
        String flow = flow(location(browser.opens(PATH, request("prompt", "login"))));
        house.signInOnTheWay(browser, flow, "alice");
        var other = new Browser(gate);
        house.signIn(other, "bob");
        assertThat(other.opens("/oauth/continue?flow=" + flow).statusCode()).isEqualTo(400);
        assertThat(new Browser(gate).opens("/oauth/continue?flow=" + flow).statusCode())
                .isEqualTo(400);
        assertThat(brought(resume(flow))).containsKey("code");
        assertThat(resume(flow).statusCode()).isEqualTo(400);
        assertThat(browser.opens("/oauth/continue").statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("I1 twenty windows that finish one interaction get one code")
    void one_code() {
        house.signIn(browser, "alice", 3600);
        String flow = flow(location(browser.opens(PATH, request("prompt", "login"))));
        house.signInOnTheWay(browser, flow, "alice");
        assertThat(codes(20, () -> resume(flow))).isEqualTo(1);
    }

    @Test
    @DisplayName("the consent page says who asks, where it leads, what it may and what not, and as whom")
    void consent_says_everything() {
        house.signIn(browser, "alice");
        var page = browser.follows(browser.opens(PATH, asks()));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("Asks &lt;b&gt;Always&lt;/b&gt;")
                .doesNotContain("<b>Always")
                .contains("asks.example.com")
                .contains("See your data")
                .contains("Change your data")
                .contains("alice")
                .contains("value=\"allow\"")
                .contains("value=\"deny\"");
        assertThat(page.body().indexOf("See your data")).isLessThan(page.body().indexOf("Change your data"));
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("form-action 'self' https://asks.example.com");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
    }

    @Test
    @DisplayName("Allow leads on to the code, and is in the trail")
    void allow() {
        house.signIn(browser, "alice");
        var page = browser.follows(browser.opens(PATH, asks()));
        var answer = browser.posts("/consent", form(page, "allow"));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(brought(browser.follows(answer))).containsKey("code");
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'grant_given' AND target = 'asks'"))
                .isNotEmpty();
        assertThat(location(browser.opens(PATH, asks()))).startsWith("/consent?flow=");
    }

    @Test
    @DisplayName("RFC 6749 §4.1.2.1: Deny is access_denied, with state and iss")
    void deny() {
        house.signIn(browser, "alice");
        var page = browser.follows(browser.opens(PATH, asks()));
        var answer = browser.posts("/consent", form(page, "deny"));
        assertThat(location(answer)).startsWith(ASKS + "?error=access_denied");
        assertThat(brought(answer)).containsEntry("state", "s1").containsEntry("iss", gate.url());
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'grant_denied' AND target = 'asks'"))
                .isNotEmpty();
        assertThat(browser.posts("/consent", form(page, "allow")).statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("AZ20 CVE-2022-39222: without its proof, or for another browser's request, nothing is granted")
    void consent_is_given_where_it_was_asked() {
        house.signIn(browser, "alice");
        var page = browser.follows(browser.opens(PATH, asks()));
        var form = form(page, "allow");
        String flow = form.get("flow");
        var thief = new Browser(gate);
        house.signIn(thief, "bob");
        var stolen = form(thief.follows(thief.opens(PATH, asks())), "allow");
        stolen.put("flow", flow);
        assertThat(thief.posts("/consent", stolen).statusCode()).isEqualTo(403);
        assertThat(thief.posts("/consent", form).statusCode()).isEqualTo(403);
        var bare = form(page, "allow");
        bare.remove("proof");
        assertThat(browser.posts("/consent", bare).statusCode()).isEqualTo(403);
        assertThat(browser.postsFromElsewhere("/consent", form).statusCode()).isEqualTo(403);
        assertThat(location(resume(flow))).startsWith("/consent?flow=");
    }

    @Test
    @DisplayName("what was allowed is remembered per app and scope, where the app is not to ask always")
    void remembered() {
        house.signIn(browser, "alice");
        var remembers = request("client_id", "friend", "redirect_uri", "https://friend.example.com/callback");
        var page = browser.follows(browser.opens(PATH, remembers));
        assertThat(brought(browser.follows(browser.posts("/consent", form(page, "allow")))))
                .containsKey("code");
        assertThat(brought(browser.opens(PATH, remembers))).containsKey("code");
        remembers.put("scope", "openid data:read data:write");
        assertThat(location(browser.opens(PATH, remembers))).startsWith("/consent?flow=");
        remembers.put("scope", "openid");
        remembers.put("prompt", "consent");
        assertThat(location(browser.opens(PATH, remembers))).startsWith("/consent?flow=");
    }

    private HttpResponse<String> resume(String flow) {
        return browser.opens("/oauth/continue?flow=" + flow);
    }

    /** The form that an answer leads to, as alice fills it in. */
    private Map<String, String> login(HttpResponse<String> answer) {
        return filled(browser.follows(answer));
    }

    private static Map<String, String> filled(HttpResponse<String> page) {
        var form = form(page, "");
        form.remove("decision");
        form.put("username", "alice");
        form.put("password", Gate.PASSWORD);
        return form;
    }

    private static Map<String, String> asks(String... changes) {
        var parameters = request(changes);
        parameters.put("client_id", "asks");
        parameters.put("redirect_uri", ASKS);
        return parameters;
    }

    static Map<String, String> form(HttpResponse<String> page, String decision) {
        var fields = new LinkedHashMap<String, String>();
        var inputs = Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")
                .matcher(page.body());
        while (inputs.find()) fields.putIfAbsent(inputs.group(1), inputs.group(2));
        fields.put("decision", decision);
        return fields;
    }

    static long codes(int callers, Supplier<HttpResponse<String>> call) {
        var pool = Executors.newFixedThreadPool(callers);
        try {
            var asked = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < callers; i++) asked.add(CompletableFuture.supplyAsync(call, pool));
            return asked.stream()
                    .map(CompletableFuture::join)
                    .filter(answer ->
                            answer.statusCode() == 303 && location(answer).contains("code="))
                    .count();
        } finally {
            pool.shutdownNow();
        }
    }
}
