package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code verify_email} people may sign in, and get no further than to the page that waits for their mail. */
final class UnverifiedMailTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String CALLBACK = "https://shop.example.com/callback";
    private static Backend api;
    private static Gate gate;

    @BeforeAll
    static void open() throws Exception {
        api = Backend.named("api");
        gate = Gate.open(
                DATABASE,
                """
                accounts: {registration: open, verify_email: on}
                email: {from: "Example Shop <no-reply@example.com>", smtp: mailbox}
                apis:
                  orders: {path: /orders, upstream: "%s", auth: session, routes: {"GET /**": login}}
                clients:
                  shop: {type: spa, redirect: [%s], scopes: [openid]}
                  tv: {type: device, scopes: [profile]}
                """
                        .formatted(api.url(), CALLBACK));
    }

    @AfterAll
    static void close() {
        gate.close();
        api.close();
    }

    private static Browser signedIn(String name) {
        var body = new JsonObject()
                .put("username", name)
                .put("password", Door.PASSWORD)
                .put("email", name + "@people.example");
        assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
        Browser browser = Browser.at(gate);
        browser.open("/login")
                .form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
        return browser;
    }

    private static void verified(String name) {
        TestDatabase.on(DATABASE.options(), "UPDATE account SET email_verified = true WHERE username = '" + name + "'");
    }

    private static String authorize(String more) {
        return "/oauth/authorize?response_type=code&client_id=shop&scope=openid&code_challenge_method=S256"
                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&redirect_uri="
                + URLEncoder.encode(CALLBACK, StandardCharsets.UTF_8) + more;
    }

    @Test
    void a_page_of_an_api_is_reached_once_the_address_is_known_to_be_theirs() {
        Browser browser = signedIn("carol");
        Page waiting = browser.open("/login?return=/orders/1");
        assertThat(waiting.path()).startsWith("/verify?flow=");
        assertThat(waiting.text()).contains("carol@people.example");
        assertThat(browser.open("/orders/1").path()).startsWith("/verify?flow=");
        verified("carol");
        assertThat(browser.open(waiting.path()).path()).isEqualTo("/orders/1");
        assertThat(browser.open("/orders/1").text()).contains("api /orders/1");
    }

    @Test
    @DisplayName(
            "an app waits too, and hears interaction_required where nobody may be asked (OpenID Connect Core §3.1.2.6)")
    void apps_wait_for_it() {
        Browser browser = signedIn("dora");
        Page waiting = browser.open(authorize(""));
        assertThat(waiting.path()).startsWith("/verify?flow=");
        assertThat(browser.open(authorize("&prompt=none")).left().orElseThrow().getQuery())
                .contains("error=interaction_required");
        verified("dora");
        assertThat(browser.open(waiting.path()).left().orElseThrow().getQuery()).contains("code=");
    }

    @Test
    @DisplayName("a device gets nothing meanwhile (RFC 8628 §3.5), and what was asked for waits where it was")
    void devices_wait_for_it() {
        var asked = new JsonObject(
                gate.postForm("/oauth/device", "client_id=tv&scope=profile").body());
        String page = "/device?user_code=" + asked.getString("user_code");
        Browser browser = signedIn("emil");
        Page waiting = allowed(browser, page);
        assertThat(waiting.path()).startsWith("/verify?flow=");
        assertThat(tokens(asked)).contains("authorization_pending");
        verified("emil");
        assertThat(browser.open(waiting.path()).path()).isEqualTo(page);
        assertThat(allowed(browser, page).status()).isEqualTo(200);
        TestDatabase.on(DATABASE.options(), "UPDATE device_authorization SET polled_at = NULL");
        assertThat(tokens(asked)).contains("access_token");
    }

    private static Page allowed(Browser browser, String page) {
        return browser.open(page)
                .form("device-decision")
                .with("decision", "allow")
                .submit();
    }

    private static String tokens(JsonObject asked) {
        return gate.postForm(
                        "/oauth/token",
                        "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code="
                                + asked.getString("device_code"))
                .body();
    }
}
