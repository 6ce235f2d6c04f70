package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pages as browsers get them: over sockets, from a whole gate. */
final class PagesOverTheWireTest {
    private static final int MOST_BYTES = 12 * 1024;

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static List<Gate> nodes = List.of();

    @BeforeAll
    static void open() {
        // Two nodes of one house; browsers may come to either.
        Gate one = Gate.open(DB, "accounts: {registration: open}\n");
        Gate other = Gate.open(DB, "url: http://localhost:" + one.port() + "\n");
        nodes = List.of(one, other);
        one.register("alice");
    }

    @AfterAll
    static void close() {
        nodes.forEach(Gate::close);
    }

    @Test
    @DisplayName("LS20 every page says how it may be used")
    void pages_carry_their_rules() {
        for (String path : List.of(
                "/",
                "/login",
                "/register",
                "/logout",
                "/login?flow=gone",
                "/login/second?step=gone",
                "/login/callback/nobody?state=gone",
                "/forgot",
                "/reset?key=gone",
                "/verify?key=gone",
                "/device",
                "/account",
                "/account/setup?key=gone",
                "/consent?flow=gone",
                "/oauth/authorize?client_id=nobody",
                "/oauth/logout?client_id=nobody")) {
            Browser.Page page = Browser.at(nodes.get(0)).open(path);
            assertThat(page.header("Content-Type")).as(path).contains("text/html; charset=utf-8");
            assertThat(page.header("Content-Security-Policy").orElseThrow())
                    .as(path)
                    .contains("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            for (var field : Map.of(
                            "X-Content-Type-Options", "nosniff",
                            "Referrer-Policy", "no-referrer",
                            "X-Frame-Options", "DENY",
                            "Cross-Origin-Opener-Policy", "same-origin",
                            "Cache-Control", "no-store")
                    .entrySet())
                assertThat(page.header(field.getKey())).as(path).contains(field.getValue());
            assertThat(page.html()).as(path).doesNotContain(" style=", "<style", "<script>", " onclick=");
            assertThat(People.gzipped(page.html())).as(path).isLessThan(MOST_BYTES);
        }
    }

    @Test
    @DisplayName("LS04 LS20 at an https address browsers are told to stay there, and the cookie is bound to it")
    void over_https() {
        try (Gate gate = Gate.open(DB, "url: https://shop.example.com\n");
                var caller = new RawCaller(gate.port())) {
            var page = caller.send("GET /login HTTP/1.1\r\nHost: shop.example.com\r\nAccept: text/html\r\n\r\n");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.fields("Strict-Transport-Security")).containsExactly("max-age=31536000");
            assertThat(page.fields("Set-Cookie"))
                    .singleElement()
                    .asString()
                    .matches("__Host-gh=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure");
        }
    }

    @Test
    @DisplayName("The sign-in page and everything it loads: at most 12 KB as sent")
    void the_sign_in_page_is_small() throws Exception {
        int total = 0;
        var wanted = new ArrayList<>(List.of("/login"));
        for (int i = 0; i < wanted.size(); i++) {
            var request = HttpRequest.newBuilder(
                            URI.create("http://localhost:" + nodes.get(0).port() + wanted.get(i)))
                    .header("Accept", "text/html,*/*;q=0.8")
                    .header("Accept-Encoding", "gzip")
                    .build();
            var answer = Gate.client().send(request, BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(wanted.get(i)).isEqualTo(200);
            total += answer.body().length;
            if (i == 0) {
                var files = Pattern.compile("(?:href|src)=\"(/_gate/assets/[^\"]+)\"")
                        .matcher(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
                while (files.find()) if (!wanted.contains(files.group(1))) wanted.add(files.group(1));
            }
        }
        assertThat(wanted).hasSizeGreaterThan(2);
        assertThat(total).isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    @DisplayName("F8 register, sign in and sign out in a browser without scripts")
    void a_whole_visit() {
        Browser browser = Browser.at(nodes.get(0));
        Browser.Page home = browser.open("/");
        Browser.Page register = browser.open(home.link("Create an account"));
        Browser.Page login = register.form("register")
                .with("username", "dora")
                .with("email", "dora@example.com")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(login.text()).contains("your account is ready");
        Browser.Page in = login.form("login")
                .with("username", "dora")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(in.text()).contains("You are signed in as dora.");
        Browser.Page leaving = browser.open(in.link("Sign out"));
        assertThat(leaving.form("logout-form").with("logout", "yes").submit().text())
                .contains("You are signed out");
        assertThat(browser.open("/").text()).doesNotContain("signed in as");
    }

    @Test
    @DisplayName("LS05 who signed out on one node is out on every node, and the old cookie is worth nothing")
    void logout_is_everywhere() {
        Browser browser = Browser.at(nodes.get(0));
        Browser.Page in = browser.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", Door.PASSWORD)
                .submit();
        assertThat(in.text()).contains("You are signed in as alice.");
        String cookie = browser.cookie(BrowserCookie.PLAIN_NAME).orElseThrow();
        for (Gate node : nodes) assertThat(isSignedIn(node, cookie)).isTrue();
        browser.open("/logout").form("logout-form").with("logout", "yes").submit();
        assertThat(browser.cookie(BrowserCookie.PLAIN_NAME)).isEqualTo(Optional.empty());
        for (Gate node : nodes) assertThat(isSignedIn(node, cookie)).isFalse();
    }

    @Test
    void whoever_comes_by_another_address_is_told_the_right_one() {
        int port = nodes.get(0).port();
        try (var caller = new RawCaller(port)) {
            var page = caller.send("GET /login HTTP/1.1\r\nHost: gate.example\r\nAccept: text/html\r\n\r\n");
            assertThat(page.status()).isEqualTo(421);
            assertThat(page.body())
                    .contains("You opened http://gate.example, but I am set up as http://localhost:" + port + ".")
                    .contains("url: https://gate.example");
        }
        assertThat(nodes.get(0).get("/login", "Accept", "text/html").statusCode())
                .as("every name of this machine is this machine")
                .isEqualTo(200);
        assertThat(nodes.get(0).get("/").statusCode()).as("programs are served").isEqualTo(200);
    }

    @Test
    void the_front_page_is_json_for_programs() {
        var answer = nodes.get(0).get("/", "Accept", "*/*");
        assertThat(new JsonObject(answer.body()).containsKey("links")).isTrue();
    }

    /** Who is signed in is not asked to sign in. The second node has a port of its own, which only browsers are told about. */
    private static boolean isSignedIn(Gate node, String cookie) {
        Browser browser = Browser.at(node).sending("Accept", "*/*").holding(BrowserCookie.PLAIN_NAME, cookie);
        return !browser.open("/login").html().contains("id=\"login\"");
    }
}
