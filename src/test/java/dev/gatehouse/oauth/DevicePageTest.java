package dev.gatehouse.oauth;

import static dev.gatehouse.oauth.TestHouse.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DevicePageTest {
    private static final Pattern PROOF = Pattern.compile("name=\"proof\" value=\"([^\"]+)\"");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestCodes person;
    private BrowserCookie cookie;
    private JsonObject codes;
    private String code;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", "zebra lamp forty");
        person = new TestCodes(house, "alice");
        cookie = BrowserCookie.fresh(new SecureRandom());
        house.sql(
                "UPDATE session SET cookie_hash = $2 WHERE id = $1",
                person.session().value(),
                cookie.hash());
        codes = json(house.form("/oauth/device", Map.of("client_id", "tv")));
        code = codes.getString("user_code");
    }

    @Test
    @DisplayName("RFC 8628 §3.3 who is signed in types the code, sees who asks, agrees, and the device has its tokens")
    void the_whole_way() {
        Reply form = get("");
        assertThat(form.status()).isEqualTo(200);
        assertThat(form.body().toString()).contains("name=\"user_code\"", "<form id=\"device\"");
        Reply onward = post(
                Map.of("user_code", code.toLowerCase(java.util.Locale.ROOT).replace("-", " "), "proof", proof(form)));
        assertThat(onward.status()).isEqualTo(303);
        assertThat(field(onward, "Location")).isEqualTo("/device?user_code=" + code);
        Reply confirm = get("user_code=" + code);
        assertThat(confirm.body().toString())
                .contains("Connect tv?", code, "See your data", ">Allow</button>", ">Deny</button>");
        Reply done = post(Map.of("user_code", code, "decision", "allow", "proof", proof(confirm)));
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.body().toString()).contains("Your device is connected");
        assertThat(poll().status()).isEqualTo(200);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'device_decided' AND detail->>'allowed' = 'true'"))
                .hasSize(1);
    }

    @Test
    @DisplayName("DV04 a link with the code in it shows code and client and decides nothing")
    void a_link_decides_nothing() {
        Reply confirm = get("user_code=" + code);
        assertThat(confirm.body().toString()).contains(code, "Connect tv?");
        assertThat(json(poll()).getString("error")).isEqualTo("authorization_pending");
    }

    @Test
    @DisplayName("DV03 who says no ends it: access_denied, and no second thoughts")
    void a_no_is_a_no() {
        String proof = proof(get("user_code=" + code));
        Reply done = post(Map.of("user_code", code, "decision", "deny", "proof", proof));
        assertThat(done.body().toString()).contains("Your device was not connected");
        assertThat(json(poll()).getString("error")).isEqualTo("access_denied");
        assertThat(post(Map.of("user_code", code, "decision", "allow", "proof", proof))
                        .status())
                .isEqualTo(400);
        assertThat(json(poll()).getString("error")).isEqualTo("access_denied");
    }

    @Test
    @DisplayName(
            "DV02 five codes that no device shows, then 429, for the session and for the address; other people go on")
    void guessing_has_an_end() {
        for (int i = 0; i < 5; i++) {
            Reply wrong = get("user_code=BBBB-BBB" + "BCDFG".charAt(i));
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.body().toString()).contains("id=\"alert\"");
        }
        assertThat(get("user_code=" + code).status()).isEqualTo(429);
        assertThat(visit("GET", "user_code=" + code, "", "198.51.100.7", cookie).status())
                .as("the same session from elsewhere")
                .isEqualTo(429);
        BrowserCookie other = signedIn();
        assertThat(visit("GET", "user_code=" + code, "", "127.0.0.1", other).status())
                .as("another session from there")
                .isEqualTo(429);
        assertThat(visit("GET", "user_code=" + code, "", "198.51.100.8", other).status())
                .isEqualTo(200);
    }

    @Test
    void what_cannot_be_a_code_counts_as_a_guess_too() {
        for (int i = 0; i < 5; i++)
            assertThat(get("user_code=AEIOU" + i).status()).isEqualTo(400);
        assertThat(get("user_code=nonsense").status()).isEqualTo(429);
    }

    @Test
    @DisplayName("UI CSRF: without the proof of this browser and this code nothing is decided")
    void a_form_of_somebody_else_decides_nothing() {
        String proof = proof(get("user_code=" + code));
        assertThat(post(Map.of("user_code", code, "decision", "allow")).status())
                .isEqualTo(403);
        assertThat(post(Map.of("user_code", code, "decision", "allow", "proof", "x"))
                        .status())
                .isEqualTo(403);
        String ofTheOtherForm = proof(get(""));
        assertThat(post(Map.of("user_code", code, "decision", "allow", "proof", ofTheOtherForm))
                        .status())
                .isEqualTo(403);
        var fields = "user_code=" + code + "&decision=allow&proof=" + proof;
        assertThat(visit("POST", "", fields, "127.0.0.1", signedIn()).status())
                .as("another browser")
                .isEqualTo(403);
        assertThat(json(poll()).getString("error")).isEqualTo("authorization_pending");
    }

    @Test
    @DisplayName("who is not signed in is sent to sign in first, and comes back with the code")
    void nobody_is_sent_to_sign_in() {
        Reply detour = visit("GET", "user_code=" + code, "", "127.0.0.1", BrowserCookie.fresh(new SecureRandom()));
        assertThat(detour.status()).isEqualTo(303);
        assertThat(field(detour, "Location")).startsWith("/login?flow=");
        assertThat(house.sql("SELECT request::text AS request FROM interaction")
                        .get(0)
                        .getString("request"))
                .contains("/device?user_code=" + code);
    }

    @Test
    @DisplayName("RFC 8628 §3.3 the whole way in a browser that nobody is signed in to")
    void the_whole_way_for_somebody_new() {
        var browser = new Browser(TestHouse.URL, call -> TestDatabase.await(house.endpoints.answer(call)));
        Browser.Page login = browser.open("/device?user_code=" + code);
        Browser.Page confirm = login.form("login")
                .with("username", "alice")
                .with("password", "zebra lamp forty")
                .submit();
        assertThat(confirm.text()).contains("Connect tv?", code);
        Browser.Page done =
                confirm.form("device-decision").with("decision", "allow").submit();
        assertThat(done.text()).contains("Your device is connected");
        assertThat(poll().status()).isEqualTo(200);
    }

    private BrowserCookie signedIn() {
        var codes = new TestCodes(house, "alice");
        var cookie = BrowserCookie.fresh(new SecureRandom());
        house.sql(
                "UPDATE session SET cookie_hash = $2 WHERE id = $1",
                codes.session().value(),
                cookie.hash());
        return cookie;
    }

    private Reply get(String query) {
        return visit("GET", query, "", "127.0.0.1", cookie);
    }

    private Reply post(Map<String, String> fields) {
        String body = TestHouse.formCall("/device", new HashMap<>(fields), "127.0.0.1")
                .body()
                .toString();
        return visit("POST", "", body, "127.0.0.1", cookie);
    }

    private Reply visit(String method, String query, String body, String from, BrowserCookie cookie) {
        var headers = MultiMap.caseInsensitiveMultiMap()
                .add("Cookie", "gh=" + cookie.value().reveal())
                .add("Accept", "text/html")
                .add("Content-Type", "application/x-www-form-urlencoded");
        try {
            var call = new Call(
                    method,
                    "/device",
                    query,
                    headers,
                    Buffer.buffer(body),
                    InetAddress.getByName(from),
                    "test-request");
            return TestDatabase.await(house.endpoints.answer(call));
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private Reply poll() {
        return house.form(
                "/oauth/token",
                Map.of(
                        "grant_type", "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id", "tv",
                        "device_code", codes.getString("device_code")));
    }

    private static String proof(Reply page) {
        var proof = PROOF.matcher(page.body().toString());
        assertThat(proof.find()).isTrue();
        return proof.group(1);
    }

    private static String field(Reply reply, String name) {
        return reply.headers().stream()
                .filter(field -> field.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }
}
