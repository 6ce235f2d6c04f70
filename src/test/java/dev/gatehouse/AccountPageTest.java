package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People look after what is known of them, over real sockets, at a house of two nodes. */
final class AccountPageTest {
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
    @DisplayName("the account page leads to every page there is, each small, with nothing inline, and back")
    void the_hub() {
        String name = people.somebodyWithMail();
        assertThat(Browser.at(house.gate()).open("/account").path()).startsWith("/login?flow=");
        Browser browser = Browser.at(house.gate());
        Page hub = People.signIn(browser, "/account", name);
        assertThat(hub.path()).isEqualTo("/account");
        assertThat(hub.text()).contains("Profile", "Security", "Devices", "Apps", "Your data");
        var links = new ArrayList<String>();
        Matcher found = Pattern.compile("href=\"(/account/[a-z-]+)\"").matcher(hub.html());
        while (found.find()) links.add(found.group(1));
        assertThat(links)
                .contains(
                        "/account/profile",
                        "/account/email",
                        "/account/language",
                        "/account/password",
                        "/account/authenticator",
                        "/account/passkeys",
                        "/account/sessions",
                        "/account/apps",
                        "/account/data",
                        "/account/delete");
        for (String link : links) {
            Page page = browser.open(link);
            assertThat(page.status()).as(link).isEqualTo(200);
            assertThat(page.path()).isEqualTo(link);
            assertThat(page.html()).as(link).contains("href=\"/account\"").doesNotContain("style=", "onclick");
            assertThat(page.header("Content-Security-Policy").orElseThrow()).doesNotContain("unsafe");
            assertThat(People.gzipped(page.html())).as(link).isLessThan(12 * 1024);
        }
    }

    @Test
    @DisplayName("of keys for APIs nothing is said while there are none, and no section is empty")
    void keys_have_a_place_and_no_page() {
        Page page = people.signedIn(people.somebody()).open("/account");
        assertThat(page.html()).doesNotContain("id=\"keys\"", "account.keys", "API keys");
        assertThat(page.html()).doesNotContainPattern("</h2>\\s*<ul[^>]*>\\s*</ul>");
    }

    @Test
    @DisplayName(
            "people say of themselves what OpenID Connect has claims for; what cannot be so is marked beside its field")
    void a_profile() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        Page wrong = browser.open("/account/profile")
                .form("profile")
                .with("given_name", "Grete <b>")
                .with("website", "http://plain.example")
                .with("birthdate", "1984-02-30")
                .with("zoneinfo", "Europe/Nowhere")
                .with("locale", "!!")
                .with("phone_number", "12345")
                .with("picture", "https://")
                .with("address.locality", "x".repeat(1001))
                .with("gender", "a\u0007b")
                .submit();
        assertThat(wrong.status()).isEqualTo(422);
        for (String field : List.of(
                "website", "birthdate", "zoneinfo", "locale", "phone_number", "picture", "address-locality", "gender"))
            assertThat(wrong.html()).contains("aria-describedby=\"" + field + "-wrong\"", "id=\"" + field + "-wrong\"");
        assertThat(wrong.html()).contains("value=\"Grete &lt;b>\"").doesNotContain("given_name-wrong");
        assertThat(profile(name)).as("all or nothing").isEqualTo(new JsonObject());

        Page saved = browser.open("/account/profile")
                .form("profile")
                .with("name", "Grete Muster")
                .with("given_name", " Grete ")
                .with("website", "https://grete.example")
                .with("birthdate", "0000-05-17")
                .with("zoneinfo", "Europe/Vienna")
                .with("locale", "de-AT")
                .with("phone_number", "+43 1 5880 0")
                .with("address.street_address", "Am Hof 1\r\nStiege 2")
                .with("address.country", "Österreich")
                .submit();
        assertThat(saved.text()).contains("Saved.");
        assertThat(profile(name))
                .isEqualTo(new JsonObject()
                        .put("name", "Grete Muster")
                        .put("given_name", "Grete")
                        .put("website", "https://grete.example")
                        .put("birthdate", "0000-05-17")
                        .put("zoneinfo", "Europe/Vienna")
                        .put("locale", "de-AT")
                        .put("phone_number", "+43 1 5880 0")
                        .put(
                                "address",
                                new JsonObject()
                                        .put("street_address", "Am Hof 1\nStiege 2")
                                        .put("country", "Österreich")));
        assertThat(people.recorded(name, "account_changed", "profile")).isEqualTo(1);
        browser.open("/account/profile").form("profile").submit();
        assertThat(people.recorded(name, "account_changed", "profile"))
                .as("nothing was different")
                .isEqualTo(1);
        browser.open("/account/profile")
                .form("profile")
                .with("address.street_address", "")
                .with("address.country", "")
                .with("birthdate", "")
                .submit();
        assertThat(profile(name).fieldNames())
                .doesNotContain("address", "birthdate")
                .contains("name");
    }

    @Test
    @DisplayName("LS14 whoever adds email_verified, roles, groups or a tenant to their form changes nothing by that")
    void what_nobody_says_of_themselves() {
        String name = people.somebodyWithMail();
        people.sql(
                "UPDATE account SET profile = '{\"phone_number\": \"+43 1 5880 0\", \"phone_number_verified\": true}' WHERE username = $1",
                name);
        Browser browser = people.signedIn(name);
        var form = browser.open("/account/profile").form("profile").with("nickname", "Gretl");
        for (String member : List.of(
                "email_verified",
                "phone_number_verified",
                "roles",
                "groups",
                "tenant",
                "sub",
                "id",
                "username",
                "email",
                "preferred_username",
                "updated_at",
                "leaves_at",
                "locked_at",
                "profile.tenant",
                "address.tenant",
                "anything")) form.with(member, "true");
        assertThat(form.submit().text()).contains("Saved.");
        var row = people.sql(
                        "SELECT id, email, email_verified, roles, groups, profile FROM account WHERE username = $1",
                        name)
                .get(0);
        assertThat(row.getString("email")).isEqualTo(People.mail(name));
        assertThat(row.getBoolean("email_verified")).isFalse();
        assertThat(row.getArrayOfStrings("roles")).isEmpty();
        assertThat(row.getArrayOfStrings("groups")).isEmpty();
        assertThat(row.getJsonObject("profile"))
                .isEqualTo(new JsonObject()
                        .put("nickname", "Gretl")
                        .put("phone_number", "+43 1 5880 0")
                        .put("phone_number_verified", true));
        browser.open("/account/profile")
                .form("profile")
                .with("phone_number", "+43 1 5880 1")
                .submit();
        assertThat(profile(name).getBoolean("phone_number_verified"))
                .as("of another number")
                .isNull();

        var asked = house.gate()
                .post(
                        "/register",
                        new JsonObject()
                                .put("username", name + "x")
                                .put("password", Door.PASSWORD)
                                .put("email", People.mail(name + "x"))
                                .put("email_verified", true)
                                .put("roles", "admin")
                                .put("tenant", "other"));
        assertThat(asked.statusCode()).isIn(201, 400);
        assertThat(people.sql(
                        "SELECT 1 FROM account WHERE username = $1 AND (email_verified OR 'admin' = ANY (roles) OR profile ? 'tenant')",
                        name + "x"))
                .isEmpty();
    }

    @Test
    @DisplayName(
            "a language that a person keeps is that of their pages and mails in every browser, before what apps and browsers ask for")
    void a_language() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        Page saved = browser.open("/account/language")
                .form("speak")
                .with("language", "fr")
                .submit();
        assertThat(saved.html()).contains("<html lang=\"fr\"");
        assertThat(saved.text()).contains("Enregistré.");
        Browser german = Browser.at(house.other()).sending("Accept-Language", "de");
        assertThat(german.open("/login").html()).contains("<html lang=\"de\"");
        assertThat(People.signIn(german, "/account", name).html()).contains("<html lang=\"fr\"");
        assertThat(german.open(NotesApp.authorize("&ui_locales=es&prompt=consent"))
                        .html())
                .contains("<html lang=\"fr\"", "id=\"consent\"");
        assertThat(german.open("/account?lang=es").html())
                .as("what is chosen here")
                .contains("<html lang=\"es\"");
        Browser.Page mailed =
                german.open("/account/data?lang=es").form("export").submit();
        assertThat(mailed.status()).isEqualTo(200);
        assertThat(people.sql("SELECT language FROM account WHERE username = $1", name)
                        .get(0)
                        .getString(0))
                .isEqualTo("fr");
        german.open("/account/language").form("speak").with("language", "tlh").submit();
        assertThat(people.sql("SELECT language FROM account WHERE username = $1", name)
                        .get(0)
                        .getString(0))
                .isNull();
        assertThat(german.open("/account").html()).contains("<html lang=\"de\"");
    }

    @Test
    @DisplayName("each device shows since when, until when and roughly where")
    void devices() {
        Browser browser = people.signedIn(people.somebodyWithMail());
        assertThat(browser.open("/account/sessions").text())
                .contains("127.0.0.0/24", "First used", "Last used", "Signed out on", "is signed out by itself")
                .doesNotContain("127.0.0.1");
    }

    private static JsonObject profile(String name) {
        return people.sql("SELECT profile FROM account WHERE username = $1", name)
                .get(0)
                .getJsonObject(0);
    }
}
