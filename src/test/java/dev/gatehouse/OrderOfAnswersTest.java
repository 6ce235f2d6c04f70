package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.RawCaller.Answer;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request with several things wrong hears of the first: ambiguous, not there, not that method, not that origin, who are you, may you. */
final class OrderOfAnswersTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static CountingApi api;
    private static Gate gate;
    private static String good;
    private static RawCaller caller;

    @BeforeAll
    static void open() {
        api = new CountingApi();
        gate = Gate.open(
                DATABASE,
                """
                apis:
                  shop:
                    path: /shop
                    upstream: %s
                    routes:
                      GET /open: public
                      GET /mine: login
                      POST /mine: login
                      GET /read: scope data:read
                      GET /both: scope data:read and role staff
                      GET /staff: role staff
                      GET /away: not ip 127.0.0.0/8
                      GET /never: deny
                      GET /anyone: ip 127.0.0.0/8 or login
                scopes:
                  data:read: Read data
                  data:write: Write data
                cors: [https://app.example]
                """
                        .formatted(api.origin()));
        gate.register("ada");
        good = new JsonObject(gate.post(
                                "/login",
                                new JsonObject()
                                        .put("username", "ada")
                                        .put("password", Gate.PASSWORD)
                                        .put("scope", "data:write"))
                        .body())
                .getString("access_token");
        caller = new RawCaller(gate.port());
    }

    @AfterAll
    static void close() {
        caller.close();
        gate.close();
        api.close();
    }

    /** Every row of the table has everything wrong that comes later in the order, too. */
    @ParameterizedTest(name = "{0} {1}, origin {2}, token {3}: {4} {5}")
    @DisplayName("400, 404, 405, CORS, 401, 403, in this order; what is refused is not forwarded")
    @CsvSource({
        "GET,     /shop/%2e%2e/x,   evil,  bad,   400, ambiguous_request",
        "GET,     /shop/a%2fb,      evil,  bad,   400, ambiguous_request",
        "GET,     /shop/none%zz,    evil,  bad,   400, bad_request",
        "GET,     /shop/nothing,    evil,  bad,   404, no_route",
        "GET,     /elsewhere,       evil,  good,  404, no_route",
        "GET,     /shop/open/er,    none,  none,  404, no_route",
        "GET,     /SHOP/open,       none,  none,  404, no_route",
        "PREFLIGHT, /shop/nothing,  evil,  bad,   404, no_route",
        "DELETE,  /shop/mine,       evil,  bad,   405, method_not_allowed",
        "POST,    /shop/open,       evil,  bad,   405, method_not_allowed",
        "OPTIONS, /shop/mine,       none,  bad,   405, method_not_allowed",
        "PREFLIGHT, /shop/mine,     evil,  bad,   403, origin_not_allowed",
        "PREFLIGHT, /shop/never,    evil,  none,  403, origin_not_allowed",
        "GET,     /shop/mine,       evil,  none,  401, login_required",
        "GET,     /shop/mine,       evil,  bad,   401, invalid_token",
        "GET,     /shop/read,       evil,  none,  401, login_required",
        "GET,     /shop/read,       app,   bad,   401, invalid_token",
        "GET,     /shop/never,      none,  bad,   401, invalid_token",
        "GET,     /shop/never,      none,  none,  403, denied",
        "GET,     /shop/never,      none,  good,  403, denied",
        "GET,     /shop/away,       none,  none,  403, network_not_allowed",
        "GET,     /shop/read,       evil,  good,  403, scope_missing",
        "GET,     /shop/staff,      none,  good,  403, role_missing",
        "GET,     /shop/anyone,     none,  bad,   401, invalid_token",
    })
    void the_first_thing_wrong_is_told(
            String method, String path, String origin, String token, int status, String reason) {
        int before = api.requests();
        Answer answer = asked(method, path, origin, token);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo(reason);
        assertThat(answer.field("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401 || reason.equals("scope_missing"));
        assertThat(answer.field("Allow").isPresent()).isEqualTo(status == 405);
        assertThat(answer.field("Access-Control-Allow-Origin").isPresent()).isEqualTo(origin.equals("app"));
        assertThat(api.requests()).as("requests that reached the API").isEqualTo(before);
    }

    @ParameterizedTest(name = "{0} {1}, origin {2}, token {3}: {4}")
    @DisplayName("nothing wrong")
    @CsvSource({
        "GET,       /shop/open,   none, none, 200",
        "GET,       /shop/open,   evil, bad,  200",
        "GET,       /shop/open,   app,  good, 200",
        "HEAD,      /shop/open,   none, bad,  200",
        "GET,       /shop/mine,   evil, good, 200",
        "POST,      /shop/mine,   none, good, 200",
        "GET,       /shop/anyone, none, none, 200",
        "PREFLIGHT, /shop/mine,   app,  none, 204",
        "PREFLIGHT, /shop/mine,   app,  bad,  204",
        "PREFLIGHT, /shop/never,  app,  none, 204",
    })
    void nothing_wrong(String method, String path, String origin, String token, int status) {
        int before = api.requests();
        assertThat(asked(method, path, origin, token).status()).isEqualTo(status);
        assertThat(api.requests() - before).isEqualTo(status == 200 ? 1 : 0);
    }

    @Test
    void what_would_be_allowed_is_named() {
        assertThat(asked("DELETE", "/shop/mine", "none", "none").field("Allow"))
                .hasValueSatisfying(
                        allow -> assertThat(allow.split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "POST"));
        assertThat(asked("PREFLIGHT", "/shop/mine", "app", "none").head())
                .contains("Access-Control-Allow-Methods: GET")
                .doesNotContain("Allow-Credentials");
    }

    @Test
    @DisplayName("two Authorization fields are ambiguous, even where nobody looks at them")
    void two_tokens() {
        Answer answer =
                caller.ask("GET /shop/open HTTP/1.1", "Authorization: Bearer " + good, "Authorization: Bearer " + good);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    @DisplayName(
            "ED03 what no route lists is not there, whoever asks and however it is spelled; nothing of it is forwarded")
    void nothing_is_open_by_accident() {
        int before = api.requests();
        for (String path : List.of(
                "/",
                "/shop",
                "/shop/",
                "/shop/open/x",
                "/shop/open.json",
                "/shop/Open",
                "/shop/mine/../open",
                "/shop//open",
                "/shop/open;x=1",
                "/x/shop/open",
                "/shop/open%00",
                "/shop/%6fpen/x")) {
            for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "TRACE")) {
                Answer answer = asked(method, path, "none", "good");
                if (!path.equals("/"))
                    assertThat(answer.status()).as(method + " " + path).isIn(400, 404, 405, 501);
            }
        }
        assertThat(api.requests()).isEqualTo(before);
    }

    @Test
    @DisplayName(
            "ED04 401 is challenged by Bearer, with an error only when a token was sent; 403 names the missing scope (RFC 6750 3)")
    void challenges() {
        assertThat(asked("GET", "/shop/read", "none", "none").fields("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"gatehouse\"");
        assertThat(asked("GET", "/shop/read", "none", "bad").fields("WWW-Authenticate"))
                .singleElement()
                .asString()
                .startsWith("Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"");
        assertThat(asked("GET", "/shop/read", "none", "good").fields("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"gatehouse\", error=\"insufficient_scope\", scope=\"data:read\"");
        assertThat(new JsonObject(asked("GET", "/shop/read", "none", "good").body()).getString("detail"))
                .contains("data:read");
        assertThat(asked("GET", "/shop/staff", "none", "good").body()).doesNotContain("staff");
        assertThat(asked("GET", "/shop/away", "none", "good").body()).doesNotContain("127.0.0");
        Answer basic = caller.ask("GET /shop/mine HTTP/1.1", "Authorization: Basic YTpi");
        assertThat(basic.fields("WWW-Authenticate")).containsExactly("Bearer realm=\"gatehouse\"");
        Answer script = caller.ask("GET /shop/mine HTTP/1.1", "X-Requested-With: XMLHttpRequest");
        assertThat(script.fields("WWW-Authenticate")).containsExactly("Bearer realm=\"gatehouse\"");
    }

    private static Answer asked(String method, String path, String origin, String token) {
        boolean preflight = method.equals("PREFLIGHT");
        var lines = new ArrayList<String>();
        lines.add((preflight ? "OPTIONS" : method) + " " + path + " HTTP/1.1");
        if (!origin.equals("none")) lines.add("Origin: https://" + origin + ".example");
        if (preflight) lines.add("Access-Control-Request-Method: GET");
        if (method.equals("POST")) lines.add("Content-Length: 0");
        if (token.equals("good")) lines.add("Authorization: Bearer " + good);
        if (token.equals("bad")) lines.add("Authorization: Bearer e30.e30.AAAA");
        return method.equals("HEAD")
                ? caller.askForHead(lines.toArray(String[]::new))
                : caller.ask(lines.toArray(String[]::new));
    }
}
