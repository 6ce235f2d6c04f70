package dev.gatehouse.oauth.conformance;

import static dev.gatehouse.oauth.conformance.Suite.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plan Third-Party-Initiated Login: an app registers where others may send people who are to be signed in to it. */
final class ThirdPartyInitPlanTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Suite suite;

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
        suite.house.outbound = new Outside();
    }

    private static JsonObject startingAt(String url) {
        return new JsonObject()
                .put("redirect_uris", List.of("https://started.example/callback"))
                .put("initiate_login_uri", url);
    }

    @Test
    @DisplayName(
            "oidcc-3rd_party-init-login: an https initiate_login_uri is kept and told back, and a sign-in that begins there goes its way")
    void init_login() {
        Reply reply = DynamicPlanTest.register(suite, startingAt("https://started.example/start"));
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
        JsonObject registered = TestHouse.json(reply);
        assertThat(registered.getString("initiate_login_uri")).isEqualTo("https://started.example/start");
        JsonObject read = TestHouse.json(suite.ask(
                "GET",
                registered.getString("registration_client_uri"),
                Map.of("Authorization", "Bearer " + registered.getString("registration_access_token")),
                ""));
        assertThat(read.getString("initiate_login_uri")).isEqualTo("https://started.example/start");
        RelyingParty app = RelyingParty.of(suite, registered);
        app.tokens(suite.browser(), app.request("login_hint", "ada"));
    }

    @Test
    @DisplayName(
            "OpenID Connect Core §4: whoever is signed in finds the app on the front page, and is sent to it with our name as iss")
    void the_front_page_leads_to_apps_that_begin_elsewhere() {
        Browser browser = suite.browser();
        String front = TestHouse.URL + "/";
        assertThat(browser.open(front).html()).doesNotContain("begun.example");
        browser.signIn(browser.open(TestHouse.URL + "/login"));
        assertThat(browser.open(front).html())
                .contains("https://begun.example/start?iss=http%3A%2F%2Flocalhost%3A8080")
                .contains("An app that begins elsewhere");
    }

    @Test
    @DisplayName("oidcc-3rd_party-init-login-nohttps: one that is not https is refused")
    void init_login_without_https() {
        assertRefused(
                DynamicPlanTest.register(suite, startingAt("http://started.example/start")),
                400,
                "invalid_client_metadata");
    }
}
