package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an account is reached by, and all that is known of it, is for those who have just shown who they are; its owner hears of it. */
final class SensitiveChangesTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static NotesHouse house;
    private static People people;

    @BeforeAll
    static void open() {
        house = NotesHouse.on(DATABASE);
        people = house.people();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    @DisplayName(
            "LS13 mail, factors, export and deletion ask for a fresh proof, at each page and at each form; the rest does not")
    void a_stale_session() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        var forms = List.of(
                browser.open("/account/email").form("email-change").with("email", "new@people.example"),
                browser.open("/account/data").form("export"),
                browser.open("/account/delete").form("delete").with("username", name));
        people.aQuarterOfAnHourPasses(name);
        for (var form : forms) assertThat(form.submit().path()).startsWith("/login?flow=");
        for (String page : List.of("email", "data", "delete", "authenticator", "passkeys"))
            assertThat(browser.open("/account/" + page).path()).as(page).startsWith("/login?flow=");
        for (String page : List.of("profile", "language", "apps", "sessions", "password"))
            assertThat(browser.open("/account/" + page).path()).isEqualTo("/account/" + page);
        Page back = People.signIn(browser, "/account/delete", name);
        assertThat(back.path()).isEqualTo("/account/delete");
        assertThat(people.told(People.mail(name))).containsExactly("verify");
        for (String page : List.of("profile", "language", "apps", "data", "delete", "email"))
            assertThat(browser.open("/account/" + page)
                            .form(
                                    page.equals("email")
                                            ? "email-change"
                                            : page.equals("data") ? "export" : page.equals("language") ? "speak" : page)
                            .without("proof")
                            .with("email", "new@people.example")
                            .submit()
                            .status())
                    .as(page)
                    .isEqualTo(403);
    }

    @Test
    @DisplayName(
            "LS13 an account without a password gets one from whoever showed just now who they are; its owner is told, and the next one asks for it")
    void a_first_password() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        Page before = browser.open("/account/password");
        people.sql("UPDATE account SET password_hash = NULL, password_changed_at = NULL WHERE username = $1", name);
        people.aQuarterOfAnHourPasses(name);
        assertThat(browser.open("/account/password").path()).startsWith("/login?flow=");
        assertThat(before.form("change")
                        .with("new", "a heron on one leg")
                        .submit()
                        .path())
                .as("a form that was open before")
                .startsWith("/login?flow=");
        people.sql("UPDATE session SET auth_time = now()");
        Page page = browser.open("/account/password");
        assertThat(page.text()).contains("Set a password", "has no password so far");
        assertThat(page.html()).doesNotContain("name=\"current\"");
        assertThat(page.form("change").with("new", "short").submit().status()).isEqualTo(422);
        assertThat(page.form("change")
                        .without("proof")
                        .with("new", "a heron on one leg")
                        .submit()
                        .status())
                .isEqualTo(403);
        assertThat(page.form("change")
                        .with("new", "a heron on one leg")
                        .submit()
                        .path())
                .isEqualTo("/account?changed=1");
        assertThat(people.told(People.mail(name))).containsExactly("verify", "password-set");
        assertThat(people.recorded(name, "account_changed", "password")).isEqualTo(1);

        Page again = page.form("change").with("new", "a stork on one leg").submit();
        assertThat(again.html()).as("there is one by now").contains("name=\"current\"", "role=\"alert\"");
        assertThat(people.told(People.mail(name))).containsExactly("verify", "password-set");
        var body = new JsonObject().put("username", name).put("password", "a heron on one leg");
        assertThat(house.gate().post("/login", body).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "LS13 the download has everything of the person and nothing secret; its owner is told, and it has a bound")
    void an_export() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        browser.open("/account/profile")
                .form("profile")
                .with("nickname", "Gretl")
                .submit();
        JsonObject tokens = house.app().connected(browser);
        browser.open("/account/authenticator");
        Page file = browser.open("/account/data").form("export").submit();
        assertThat(file.header("Content-Type").orElseThrow()).isEqualTo("application/json");
        assertThat(file.header("Content-Disposition").orElseThrow())
                .isEqualTo("attachment; filename=\"" + name + ".json\"");
        assertThat(file.header("Cache-Control").orElseThrow()).isEqualTo("no-store");
        var data = new JsonObject(file.html());
        assertThat(data.fieldNames())
                .containsExactly(
                        "account",
                        "passkeys",
                        "sessions",
                        "known_networks",
                        "known_browsers",
                        "consents",
                        "grants",
                        "other_logins",
                        "mails",
                        "events");
        var account = data.getJsonArray("account").getJsonObject(0);
        assertThat(account.getString("username")).isEqualTo(name);
        assertThat(account.getJsonObject("profile").getString("nickname")).isEqualTo("Gretl");
        assertThat(data.getJsonArray("consents").getJsonObject(0).getString("client"))
                .isEqualTo("notes");
        assertThat(data.getJsonArray("grants").size()).isEqualTo(1);
        assertThat(data.getJsonArray("sessions").getJsonObject(0).getString("address"))
                .isEqualTo("127.0.0.1");
        assertThat(data.getJsonArray("sessions").getJsonObject(0).fieldNames())
                .contains("device", "seen_at", "acr", "amr", "second_factor_at");
        assertThat(data.getJsonArray("sessions").getJsonObject(0).getString("device"))
                .as("what the browser calls itself, as it came")
                .startsWith("Java-http-client/");
        assertThat(data.getJsonArray("mails").encode()).contains("verify");
        assertThat(data.getJsonArray("events").encode()).contains("logged_in", "grant_given", "account_made");
        assertThat(file.html())
                .doesNotContain(
                        "$argon2",
                        "hash",
                        "wrapped",
                        browser.cookie("gh").orElseThrow(),
                        tokens.getString("refresh_token"));
        assertThat(people.told(People.mail(name))).contains("exported");
        assertThat(people.recorded(name, "account_exported", "")).isEqualTo(1);
        for (int i = 0; i < 4; i++)
            assertThat(browser.open("/account/data").form("export").submit().status())
                    .isEqualTo(200);
        Page enough = browser.open("/account/data").form("export").submit();
        assertThat(enough.status()).isEqualTo(429);
        assertThat(enough.header("Retry-After")).isPresent();
    }
}
