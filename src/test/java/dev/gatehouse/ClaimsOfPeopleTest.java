package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators say of people stands in every access token of theirs, and rules rest on it. */
final class ClaimsOfPeopleTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String CALLBACK = "https://shop.example.com/callback";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static Backend api;
    private static Gate gate;

    @BeforeAll
    static void open() throws Exception {
        api = Backend.named("api");
        gate = Gate.open(
                DATABASE,
                """
                tokens:
                  claims: {tenant: user.tenant, level: user.level, sites: user.sites, mail: user.email, teams: user.groups}
                apis:
                  reports: {path: /reports, upstream: "%1$s", routes: {"GET /{tenant}/**": "claim tenant = {tenant}"}}
                  staff: {path: /staff, upstream: "%1$s", auth: session, routes: {"GET /**": group staff}}
                  pages: {path: /pages, upstream: "%1$s", auth: session, routes: {"GET /{tenant}": "claim tenant = {tenant}"}}
                clients:
                  shop: {type: spa, redirect: [%2$s], scopes: [profile]}
                  tv: {type: device, scopes: [profile]}
                """
                        .formatted(api.url(), CALLBACK));
    }

    @AfterAll
    static void close() {
        gate.close();
        api.close();
    }

    private static void has(String name, String attributes) {
        sql("UPDATE account SET attributes = '" + attributes + "' WHERE username = '" + name + "'");
    }

    private static void sql(String statement) {
        TestDatabase.on(DATABASE.options(), statement);
    }

    static JsonObject claims(String token) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8));
    }

    @Test
    void a_rule_rests_on_a_claim_and_the_next_token_says_what_is_true_by_then() {
        gate.register("carol");
        has("carol", "{\"tenant\":\"acme\",\"level\":3,\"sites\":[\"a\",\"b\"]}");
        JsonObject tokens = gate.login("carol");
        String token = tokens.getString("access_token");
        assertThat(claims(token).getString("tenant")).isEqualTo("acme");
        assertThat(claims(token).getInteger("level")).isEqualTo(3);
        assertThat(claims(token).getJsonArray("sites").getList()).isEqualTo(List.of("a", "b"));
        assertThat(gate.getAs(token, "/reports/acme/1").statusCode()).isEqualTo(200);
        assertThat(gate.getAs(token, "/reports/other/1").statusCode()).isEqualTo(403);
        has("carol", "{\"tenant\":\"other\"}");
        String next =
                new JsonObject(gate.refresh(tokens.getString("refresh_token")).body()).getString("access_token");
        assertThat(claims(next).getString("tenant")).isEqualTo("other");
        assertThat(claims(next).containsKey("level")).isFalse();
        assertThat(gate.getAs(next, "/reports/other/1").statusCode()).isEqualTo(200);
        assertThat(gate.getAs(next, "/reports/acme/1").statusCode()).isEqualTo(403);
    }

    @Test
    void an_address_that_nobody_has_verified_is_not_told() {
        gate.register("dora");
        sql("UPDATE account SET email = 'dora@example.com', groups = '{blue}' WHERE username = 'dora'");
        assertThat(claims(gate.token("dora")).containsKey("mail")).isFalse();
        assertThat(claims(gate.token("dora")).getJsonArray("teams").getList()).isEqualTo(List.of("blue"));
        sql("UPDATE account SET email_verified = true WHERE username = 'dora'");
        assertThat(claims(gate.token("dora")).getString("mail")).isEqualTo("dora@example.com");
    }

    @Test
    void tokens_of_apps_say_it_too_and_those_without_openid_say_after_a_refresh_how_somebody_signed_in() {
        gate.register("emil");
        has("emil", "{\"tenant\":\"acme\"}");
        Browser browser = signedIn("emil");
        String code = browser.open(
                        "/oauth/authorize?response_type=code&client_id=shop&scope=profile&code_challenge_method=S256"
                                + "&code_challenge=" + CHALLENGE + "&redirect_uri=" + encoded(CALLBACK))
                .left()
                .orElseThrow()
                .getQuery()
                .replaceAll(".*code=([^&]*).*", "$1");
        var tokens = new JsonObject(gate.postForm(
                        "/oauth/token",
                        "grant_type=authorization_code&client_id=shop&code=" + code + "&code_verifier=" + VERIFIER
                                + "&redirect_uri=" + encoded(CALLBACK))
                .body());
        JsonObject first = claims(tokens.getString("access_token"));
        assertThat(first.getString("tenant")).isEqualTo("acme");
        var next = new JsonObject(gate.postForm(
                        "/oauth/token",
                        "grant_type=refresh_token&client_id=shop&refresh_token=" + tokens.getString("refresh_token"))
                .body());
        JsonObject later = claims(next.getString("access_token"));
        assertThat(later.getString("tenant")).isEqualTo("acme");
        for (String claim : List.of("acr", "amr", "auth_time"))
            assertThat(later.getValue(claim)).as(claim).isNotNull().isEqualTo(first.getValue(claim));
        assertThat(next.containsKey("id_token")).isFalse();
    }

    @Test
    void devices_get_it_too() {
        gate.register("fay");
        has("fay", "{\"tenant\":\"acme\"}");
        var asked = new JsonObject(
                gate.postForm("/oauth/device", "client_id=tv&scope=profile").body());
        Browser browser = signedIn("fay");
        browser.open("/device?user_code=" + asked.getString("user_code"))
                .form("device-decision")
                .with("decision", "allow")
                .submit();
        var tokens = new JsonObject(gate.postForm(
                        "/oauth/token",
                        "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code="
                                + asked.getString("device_code"))
                .body());
        assertThat(claims(tokens.getString("access_token")).getString("tenant")).isEqualTo("acme");
    }

    @Test
    void sessions_of_browsers_say_it_to_apis_and_groups_are_asked_for_by_rules() {
        gate.register("gil");
        has("gil", "{\"tenant\":\"acme\"}");
        sql("UPDATE account SET groups = '{staff}' WHERE username = 'gil'");
        Browser browser = signedIn("gil");
        assertThat(browser.open("/pages/acme").status()).isEqualTo(200);
        assertThat(browser.open("/pages/other").status()).isEqualTo(403);
        assertThat(browser.open("/staff/1").status()).isEqualTo(200);
        gate.register("hal");
        assertThat(signedIn("hal").open("/staff/1").status()).isEqualTo(403);
    }

    @Test
    @DisplayName(
            "LS14 nobody says it of themselves: what comes with a registration or stands in a profile is no attribute")
    void nobody_says_it_of_themselves() {
        var body = new JsonObject()
                .put("username", "ivy")
                .put("password", Door.PASSWORD)
                .put("tenant", "acme")
                .put("attributes", new JsonObject().put("tenant", "acme"))
                .put("roles", new JsonArray().add("admin"))
                .put("groups", new JsonArray().add("staff"));
        gate.post("/register", body);
        if (gate.post("/login", new JsonObject().put("username", "ivy").put("password", Door.PASSWORD))
                        .statusCode()
                != 200) gate.register("ivy");
        sql("UPDATE account SET profile = '{\"tenant\":\"acme\"}' WHERE username = 'ivy'");
        JsonObject claims = claims(gate.token("ivy"));
        assertThat(claims.containsKey("tenant")).isFalse();
        assertThat(claims.containsKey("groups")).isFalse();
        assertThat(claims.containsKey("roles")).isFalse();
    }

    private static Browser signedIn(String name) {
        Browser browser = Browser.at(gate);
        browser.open("/login")
                .form("login")
                .with("username", name)
                .with("password", Door.PASSWORD)
                .submit();
        return browser;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
