package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.oauth.authorize.AuthorizeHouse.flow;
import static dev.gatehouse.oauth.authorize.AuthorizeHouse.request;
import static dev.gatehouse.oauth.authorize.Browser.brought;
import static dev.gatehouse.oauth.authorize.Browser.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Gate;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that clients bring ahead of the browser (RFC 9126). */
final class PushTest {
    private static final String CALLBACK = "https://pushes.example.com/callback";

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
    }

    @Test
    @DisplayName("PR01 RFC 9126 §2.2: a push is answered 201 with a name nobody can guess, good for 60 s")
    void a_push() {
        var answer = push("pushes");
        assertThat(answer.statusCode()).isEqualTo(201);
        var body = new JsonObject(answer.body());
        assertThat(body.getString("request_uri")).matches("urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}");
        assertThat(body.getInteger("expires_in")).isEqualTo(60);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(house.sql("SELECT 1 FROM one_time WHERE data::text LIKE '%" + body.getString("request_uri") + "%'"))
                .isEmpty();
    }

    @Test
    @DisplayName("PR02 RFC 9126 §2.3: GET is 405")
    void get_is_not_a_push() {
        assertThat(gate.get("/oauth/par").statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @DisplayName(
            "PR03 PR07 RFC 9126 §2.1: what would be wrong at the authorization endpoint is wrong here, and told as JSON")
    @CsvSource({
        "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request",
        "code_challenge, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "redirect_uri, https://pushes.example.com/callback/, invalid_request",
        "response_type, token, unsupported_response_type",
        "scope, nonsense, invalid_scope",
        "resource, nowhere, invalid_target"
    })
    void refusals_are_told(String name, String value, String error) {
        var parameters = parameters("pushes");
        parameters.put(name, value);
        var answer = push("pushes", parameters);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(error);
    }

    @Test
    @DisplayName("PR04 a confidential client that does not say who it is gets 401")
    void strangers_push_nothing() {
        var answer = gate.postForm("/oauth/par", Browser.encoded(parameters("pushes")));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("invalid_client");
    }

    @Test
    @DisplayName("a public client pushes by its client_id alone")
    void public_clients_push_too() {
        var answer = gate.postForm("/oauth/par", Browser.encoded(request()));
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    @Test
    @DisplayName("PR05 RFC 9126 §7.3: one code comes of one request, and the second use is a page")
    void once() {
        house.signIn(browser, "alice");
        String uri = uri(push("pushes"));
        assertThat(location(open(uri, "pushes"))).startsWith(CALLBACK + "?code=");
        onlyAPage(open(uri, "pushes"));
    }

    @Test
    @DisplayName("PR05 a request of one client is nothing to another")
    void bound_to_its_client() {
        house.signIn(browser, "alice");
        String uri = uri(push("pushes"));
        onlyAPage(open(uri, "web-shop"));
        onlyAPage(open(uri, "other"));
        assertThat(location(open(uri, "pushes"))).startsWith(CALLBACK + "?code=");
    }

    @Test
    @DisplayName("PR05 a request is over after its minute")
    void a_minute() {
        house.signIn(browser, "alice");
        String uri = uri(push("pushes"));
        house.sql("UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'pushed_request'");
        onlyAPage(open(uri, "pushes"));
        onlyAPage(open("urn:ietf:params:oauth:request_uri:" + "x".repeat(43), "pushes"));
    }

    @Test
    @DisplayName("PR05 reloaded before anybody has signed in, it still works, after its minute too, and gives one code")
    void reloading() {
        String uri = uri(push("pushes"));
        String first = flow(location(open(uri, "pushes")));
        String second = flow(location(open(uri, "pushes")));
        assertThat(second).isNotEqualTo(first);
        house.sql(
                "UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'pushed_request' AND data IS NOT NULL");
        String before = browser.cookie().orElseThrow();
        house.signInOnTheWay(browser, second, "alice");
        assertThat(location(browser.opens("/oauth/continue?flow=" + second))).startsWith(CALLBACK + "?code=");
        browser.has(before);
        house.signInOnTheWay(browser, first, "alice");
        onlyAPage(browser.opens("/oauth/continue?flow=" + first));
    }

    @Test
    @DisplayName("PR05 I1 twenty windows with one request_uri get one code")
    void one_code() {
        house.signIn(browser, "alice");
        String uri = uri(push("pushes"));
        assertThat(JourneyTest.codes(20, () -> open(uri, "pushes"))).isEqualTo(1);
    }

    @Test
    @DisplayName("PR06 RFC 9126 §6: a client that has to push is refused when it asks openly")
    void who_has_to_push() {
        house.signIn(browser, "alice");
        var answer = browser.opens("/oauth/authorize", parameters("pushes"));
        assertThat(location(answer)).startsWith(CALLBACK + "?error=invalid_request");
    }

    @Test
    @DisplayName("AZ18 what stands beside a request_uri is not heard")
    void what_stands_beside_it() {
        house.signIn(browser, "alice");
        var beside = request(
                "client_id",
                "pushes",
                "request_uri",
                uri(push("pushes")),
                "state",
                "other",
                "response_mode",
                "fragment");
        var answer = browser.opens("/oauth/authorize", beside);
        assertThat(location(answer)).startsWith(CALLBACK + "?code=");
        assertThat(brought(answer)).containsEntry("state", "s1");
    }

    @Test
    @DisplayName("PR08 RFC 9126 §2.3: one client's pushes are bounded, with 429 and when to come again")
    void pushes_are_bounded() {
        int refused = 0;
        for (int i = 0; i < 10_000 && refused == 0; i++) {
            var answer = push("other", Map.of("client_id", "other", "scope", "nonsense"));
            if (answer.statusCode() == 429) {
                refused++;
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("temporarily_unavailable");
            }
        }
        assertThat(refused).isEqualTo(1);
        assertThat(push("pushes").statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> open(String uri, String client) {
        return browser.opens("/oauth/authorize", Map.of("client_id", client, "request_uri", uri));
    }

    private static void onlyAPage(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    private static Map<String, String> parameters(String client) {
        return request("client_id", client, "redirect_uri", "https://" + client + ".example.com/callback");
    }

    private static String uri(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("request_uri");
    }

    private static HttpResponse<String> push(String client) {
        return push(client, parameters(client));
    }

    private static HttpResponse<String> push(String client, Map<String, String> parameters) {
        String basic = Base64.getEncoder()
                .encodeToString((client + ":" + client + "-secret-of-enough-entropy").getBytes(StandardCharsets.UTF_8));
        return gate.postForm("/oauth/par", Browser.encoded(parameters), "Authorization", "Basic " + basic);
    }
}
