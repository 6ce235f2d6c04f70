package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** APIs whose callers are browsers: one cookie outside, tokens inside. Over sockets, with a whole house. */
final class SessionsAtTheGateTest {
    private static final String NAVIGATE = "Sec-Fetch-Mode";

    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static EchoApi api;
    private static Streams streams;
    private static Gate gate;
    private static Gate other;

    @BeforeAll
    static void open() {
        api = new EchoApi();
        streams = new Streams();
        String apis =
                """
                apis:
                  app:
                    path: /app
                    upstream: %1$s
                    auth: session
                    routes:
                      ANY /**: login
                      GET /open: public
                      GET /strong: mfa within 5m
                      GET /recent: {allow: login, max_age: 5m}
                      GET /maybe: {allow: login, optional: true}
                  both:
                    path: /both
                    upstream: %1$s
                    auth: either
                    identity: relay
                    routes:
                      ANY /**: login
                  live:
                    path: /stream
                    upstream: %2$s
                    auth: session
                    routes:
                      GET /**: login
                  plain:
                    path: /plain
                    upstream: %1$s
                    routes:
                      GET /: login
                      GET /maybe: {allow: role staff, optional: true}
                """
                        .formatted(api.origin(), streams.url());
        gate = Gate.open(DATABASE, "accounts: {registration: open}\n" + apis);
        other = Gate.open(DATABASE, "url: http://localhost:" + gate.port() + "\n" + apis);
        gate.register("alice");
    }

    @AfterAll
    static void close() {
        other.close();
        gate.close();
        api.close();
        streams.close();
    }

    private static Browser signedIn() {
        Browser browser = Browser.at(gate);
        browser.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(browser.cookie("gh")).isPresent();
        return browser;
    }

    private static String cookie(Browser browser) {
        return "gh=" + browser.cookie("gh").orElseThrow();
    }

    private static HttpResponse<String> ask(Door door, String method, String path, String... headers) {
        return door.ask(method, path, BodyPublishers.noBody(), headers);
    }

    private static String reason(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("reason");
    }

    @Test
    @DisplayName(
            "a navigation is sent to sign in and comes back to its page, with the query; the API hears who it is and sees no cookie of ours")
    void a_person_signs_in_on_the_way() {
        Browser browser = Browser.at(gate).sending(NAVIGATE, "navigate").holding("theme", "dark");
        Page page = browser.open("/app/reports?year=2026&q=a%20b");
        assertThat(page.path()).startsWith("/login?flow=");
        Page back = page.form("login")
                .with("username", "alice")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(back.status()).isEqualTo(200);
        assertThat(back.html())
                .startsWith("GET /app/reports?year=2026&q=a%20b\n")
                .containsIgnoringCase("X-Gatehouse-User: alice\n")
                .containsIgnoringCase("Cookie: theme=dark\n")
                .doesNotContain("gh=")
                .doesNotContainIgnoringCase("authorization:");
        assertThat(back.header("Cache-Control")).contains("private, no-store");
        assertThat(back.header("Vary").orElseThrow()).isEqualToIgnoringCase("cookie");
        assertThat(browser.cookie("gh").orElseThrow().length() + "__Host-gh=".length())
                .as("one small cookie")
                .isLessThanOrEqualTo(200);
        assertThat(browser.open("/app/again").html()).containsIgnoringCase("X-Gatehouse-User: alice\n");
    }

    @Test
    void the_way_to_the_sign_in_names_the_page_and_is_kept_by_nobody() {
        var answer = gate.get("/app/x?a=1&b=%2F", "Accept", "text/html", NAVIGATE, "navigate");
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).contains("/login?return=/app/x%3Fa%3D1%26b%3D%252F");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void programs_and_scripts_get_the_401_with_its_challenge() {
        for (var answer : new HttpResponse<?>[] {
            gate.get("/app/x"),
            gate.get("/app/x", "Accept", "application/json"),
            gate.get("/app/x", "Accept", "text/html", NAVIGATE, "cors"),
            gate.get("/app/x", "Accept", "text/html", "X-Requested-With", "XMLHttpRequest"),
            ask(gate, "POST", "/app/x", "Accept", "text/html", NAVIGATE, "navigate"),
            gate.get("/plain", "Accept", "text/html", NAVIGATE, "navigate")
        }) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"gatehouse\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gh=",
                "gh",
                "gh=x",
                "=",
                ";",
                "gh=\"\"",
                "gh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
                "gh==",
                "gh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "__Host-gh=x",
                "gh=%41",
                "GH=x",
                "gh=a,b",
                "gh = ; gh",
                "gh=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    @DisplayName("ED06 a malformed or unknown session cookie is no cookie: 401")
    void malformed_cookies_are_none(String field) {
        for (int i = 0; i < 2; i++) {
            var answer = gate.get("/app/x", "Cookie", field);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(reason(answer)).isEqualTo("login_required");
            assertThat(gate.get("/app/open", "Cookie", field).statusCode()).isEqualTo(200);
            assertThat(gate.get("/app/maybe", "Cookie", field).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, Sec-Fetch-Site, same-origin, 200",
        "POST, Sec-Fetch-Site, same-site, 403",
        "POST, Sec-Fetch-Site, cross-site, 403",
        "POST, Sec-Fetch-Site, none, 403",
        "PUT, Sec-Fetch-Site, '', 403",
        "POST, Origin, here, 200",
        "DELETE, Origin, here, 200",
        "POST, Origin, null, 403",
        "POST, Origin, https://evil.example, 403",
        "POST, Origin, http://localhost:1, 403",
        "PATCH, X-Other, '', 403",
        "GET, Sec-Fetch-Site, cross-site, 200",
        "HEAD, Origin, https://evil.example, 200"
    })
    @DisplayName("cross-site requests: what changes something must come from a page of this origin")
    void a_cookie_counts_only_from_our_own_pages(String method, String field, String value, int status) {
        String said = value.equals("here") ? gate.url() : value;
        var answer = ask(gate, method, "/app/x", "Cookie", cookie(signedIn()), field, said);
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 403) assertThat(reason(answer)).isEqualTo("cross_site");
    }

    @Test
    @DisplayName("Sec-Fetch-Site is heard before Origin; a page of ours without a referrer sends Origin: null")
    void what_the_browser_says_of_the_site_comes_first() {
        String cookie = cookie(signedIn());
        assertThat(ask(gate, "POST", "/app/x", "Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Origin", "null")
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask(gate, "POST", "/app/x", "Cookie", cookie, "Sec-Fetch-Site", "cross-site", "Origin", gate.url())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("RFC 6455 10.2: a WebSocket is opened with a cookie by our own pages only, whatever the method")
    void upgrades_need_the_origin() {
        String cookie = cookie(signedIn());
        try (var caller = new RawCaller(gate.port())) {
            for (String origin : new String[] {"Origin: https://evil.example", "Origin: null", "X-No: origin"}) {
                var answer = caller.ask(
                        "GET /app/live HTTP/1.1",
                        "Cookie: " + cookie,
                        origin,
                        "Sec-Fetch-Site: same-origin",
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
                assertThat(answer.status()).as(origin).isEqualTo(403);
                assertThat(answer.body()).contains("cross_site");
            }
        }
    }

    @Test
    @DisplayName("I4 LS05 logout ends it on the next request of this node, within a second on others")
    void logout_ends_it() {
        Browser browser = signedIn();
        String cookie = cookie(browser);
        assertThat(gate.get("/app/x", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(other.get("/app/x", "Cookie", cookie).statusCode()).isEqualTo(200);
        browser.open("/logout").form("logout-form").with("logout", "yes").submit();
        assertThat(gate.get("/app/x", "Cookie", cookie).statusCode()).isEqualTo(401);
        Within.holds(
                Duration.ofSeconds(1),
                () -> other.get("/app/x", "Cookie", cookie).statusCode() == 401);
        assertThat(gate.get("/app/x", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    @Timeout(60)
    @DisplayName("I4 ED11 logout ends what the session has open, on this node and on others")
    void logout_ends_streams() throws Exception {
        Browser browser = signedIn();
        String cookie = "Cookie: " + cookie(browser);
        String origin = "Origin: " + gate.url();
        try (var here = events(gate, cookie(browser));
                var there = events(other, cookie(browser));
                var socketHere = new RawWebSocket(gate.port(), "/stream/live", cookie, origin);
                var socketThere = new RawWebSocket(other.port(), "/stream/live", cookie, origin)) {
            assertThat(here.read()).isPositive();
            assertThat(there.read()).isPositive();
            browser.open("/logout").form("logout-form").with("logout", "yes").submit();
            assertThatThrownBy(here::readAllBytes).isInstanceOf(IOException.class);
            assertThatThrownBy(there::readAllBytes).isInstanceOf(IOException.class);
            assertThat(socketHere.ended()).as("RFC 6455 §7.4.1").isEqualTo(1008);
            assertThat(socketThere.ended()).isEqualTo(1008);
        }
    }

    private static InputStream events(Gate at, String cookie) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + at.port() + "/stream/down"))
                .header("Cookie", cookie)
                .timeout(Duration.ofSeconds(20))
                .build();
        var answer = Gate.client().send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    @DisplayName("LS03 the cookie of before a new proof is dead at once")
    void a_new_proof_makes_a_new_cookie() {
        Browser browser = signedIn();
        String before = cookie(browser);
        assertThat(gate.get("/app/x", "Cookie", before).statusCode()).isEqualTo(200);
        browser.open("/login?again=1&return=/app/x")
                .form("login")
                .with("username", "alice")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(gate.get("/app/x", "Cookie", before).statusCode()).isEqualTo(401);
        assertThat(gate.get("/app/x", "Cookie", cookie(browser)).statusCode()).isEqualTo(200);
    }

    @Test
    void where_both_are_taken_a_token_comes_first_and_what_is_relayed_is_a_token_and_no_cookie() {
        String cookie = cookie(signedIn());
        var bySession = gate.get("/both/x", "Cookie", cookie + "; theme=dark");
        assertThat(bySession.statusCode()).isEqualTo(200);
        assertThat(bySession.body())
                .containsPattern("(?i)authorization: Bearer ey[A-Za-z0-9._-]+\n")
                .containsIgnoringCase("cookie: theme=dark\n")
                .doesNotContain("gh=");
        assertThat(gate.get("/both/x", "Cookie", cookie, "Authorization", "Bearer a.b.c")
                        .statusCode())
                .as("a bad token is 401 beside a good cookie")
                .isEqualTo(401);
        String token = gate.token("alice");
        assertThat(gate.get("/both/x", "Cookie", cookie, "Authorization", "Bearer " + token)
                        .body())
                .contains("Bearer " + token)
                .doesNotContain("gh=");
        assertThat(ask(gate, "POST", "/both/x", "Authorization", "Bearer " + token)
                        .statusCode())
                .as("tokens need no page")
                .isEqualTo(200);
    }

    @Test
    void cookies_count_only_where_sessions_are_taken_and_tokens_only_where_tokens_are() {
        String cookie = cookie(signedIn());
        assertThat(gate.get("/plain", "Cookie", cookie).statusCode()).isEqualTo(401);
        assertThat(gate.getAs(gate.token("alice"), "/app/x").statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName("optional: nobody passes as nobody, a bad token is 401, a good one is judged")
    void optional_routes_take_nobody() {
        assertThat(gate.get("/plain/maybe").body())
                .startsWith("GET /plain/maybe\n")
                .doesNotContainIgnoringCase("x-gatehouse");
        assertThat(gate.get("/plain/maybe", "X-Gatehouse-User", "root").body()).doesNotContain("root");
        assertThat(gate.getAs("a.b.c", "/plain/maybe").statusCode()).isEqualTo(401);
        assertThat(gate.getAs(gate.token("alice"), "/plain/maybe").statusCode()).isEqualTo(403);
        assertThat(gate.get("/app/maybe").body()).doesNotContainIgnoringCase("x-gatehouse");
        assertThat(gate.get("/app/maybe", "Cookie", cookie(signedIn())).body())
                .containsIgnoringCase("X-Gatehouse-User: alice\n");
    }

    @Test
    @DisplayName("a step-up is asked of a person once, and who has just signed in is told that it was not enough")
    void step_up() {
        Browser browser = signedIn();
        String[] navigation = {"Accept", "text/html", NAVIGATE, "navigate", "Cookie", cookie(browser)};
        var answer = gate.get("/app/strong", navigation);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).contains("/login?level=2&within=300&return=/app/strong");
        assertThat(gate.get("/app/recent", navigation).statusCode()).isEqualTo(200);
        TestDatabase.on(DATABASE.options(), "UPDATE session SET auth_time = now() - interval '10 minutes'");
        Browser later = Browser.at(other).holding("gh", browser.cookie("gh").orElseThrow());
        var recent = other.get("/app/recent", navigation);
        assertThat(recent.headers().firstValue("Location")).contains("/login?within=300&return=/app/recent");
        assertThat(later.open("/login?within=300&return=/app/recent")
                        .form("login")
                        .fields())
                .containsEntry("username", "alice");
        assertThat(later.open("/login?again=1&return=/app/recent").form("login").fields())
                .containsEntry("username", "alice");
    }

    @Test
    @DisplayName(
            "RFC 9470: whose sign-in is too old for a page signs in again and sees it; a script gets the challenge")
    void a_recent_sign_in() {
        Browser browser = signedIn().sending(NAVIGATE, "navigate");
        TestDatabase.on(DATABASE.options(), "UPDATE session SET auth_time = now() - interval '10 minutes'");
        var script = gate.get("/app/recent", "Cookie", cookie(browser));
        assertThat(script.statusCode()).isEqualTo(401);
        assertThat(script.headers().firstValue("WWW-Authenticate").orElseThrow())
                .contains("insufficient_user_authentication", "max_age=\"300\"");
        Page form = browser.open("/app/recent?x=1");
        assertThat(form.path()).startsWith("/login?flow=");
        Page back = form.form("login").with("password", Door.PASSWORD).submit();
        assertThat(back.html()).startsWith("GET /app/recent?x=1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "/%5Cevil.example",
                "https://evil.example/",
                "evil",
                "/%09/evil.example",
                "",
                "%2F%2Fevil",
                "/a%0d%0aSet-Cookie:x",
                "/ü",
                "javascript:alert(1)",
                "\\%5Cevil",
                "/a%5Cb"
            })
    @DisplayName("RFC 9700 4.11 a page to come back to is one of this house, or it is none")
    void no_open_redirect(String page) {
        String asked = page.replace("\\", "%5C").replace("ü", "%C3%BC");
        assertThat(Browser.at(gate).open("/login?return=" + asked).path()).isEqualTo("/login?return=" + asked);
        assertThat(signedIn().open("/login?return=" + asked).left()).isEmpty();
        assertThat(signedIn().open("/login?return=" + asked).path()).isEqualTo("/");
    }

    @Test
    void who_is_signed_in_already_goes_straight_back() {
        assertThat(signedIn().open("/login?return=/app/x%3Fy").html()).startsWith("GET /app/x?y\n");
    }
}
