package dev.gatehouse;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("LS13 whoever's account is protected otherwise than before hears of it by mail (OWASP ASVS 6.3.7)")
final class OwnersAreToldTest {
    @RegisterExtension
    static final TestDatabase DATABASE = new TestDatabase();

    private static final String MAIL = "carol@people.example";

    @Test
    void of_a_new_place_an_app_its_codes_and_a_password() {
        try (var gate = Gate.open(
                DATABASE,
                """
                accounts: {registration: open}
                email: {from: "Example Shop <no-reply@example.com>", smtp: mailbox}
                """)) {
            var body = new JsonObject()
                    .put("username", "carol")
                    .put("password", Door.PASSWORD)
                    .put("email", MAIL);
            assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
            assertThat(told()).containsExactly("verify");
            Browser browser = signedIn(gate);
            assertThat(told()).as("the first place of all is no new one").containsExactly("verify");

            Page setup = browser.open("/account/authenticator");
            String key = setup.html().replaceAll("(?s).*<code id=\"secret\">(.*?)</code>.*", "$1");
            setup.form("authenticator").with("code", new Phone(key).code(0)).submit();
            assertThat(told()).containsExactly("verify", "second-factor-added", "recovery-codes-made");

            browser.open("/account/password")
                    .form("change")
                    .with("current", Door.PASSWORD)
                    .with("new", "a heron on one leg")
                    .submit();
            browser.open("/account/authenticator").form("remove").submit();
            assertThat(told())
                    .containsExactly(
                            "verify",
                            "second-factor-added",
                            "recovery-codes-made",
                            "password-changed",
                            "second-factor-removed");
        }
    }

    @Test
    @DisplayName(
            "of a sign-in in a browser that the account does not know, at a network that it knows; once for each browser, and not of the first of all")
    void of_a_new_browser() {
        try (var gate = Gate.open(DATABASE, "accounts: {registration: open}\nemail: {smtp: mailbox}\n")) {
            var people = new People(gate, DATABASE);
            String name = people.somebodyWithMail();
            Browser first = people.signedIn(name);
            String device = first.cookie("gh-device").orElseThrow();
            noneIsUntold(people, name, 1);
            assertThat(people.told(People.mail(name))).as("the first of all").containsExactly("verify");

            Browser second = people.signedIn(name);
            noneIsUntold(people, name, 2);
            assertThat(people.told(People.mail(name))).containsExactly("verify", "new-device");
            for (Browser known : List.of(
                    Browser.at(gate).holding("gh-device", device),
                    Browser.at(gate)
                            .holding("gh-device", second.cookie("gh-device").orElseThrow()))) {
                People.signIn(known, "/login", name);
                People.signIn(known, "/login?other=1", name);
            }
            gate.post("/login", new JsonObject().put("username", name).put("password", Door.PASSWORD));
            noneIsUntold(people, name, 2);
            assertThat(people.told(People.mail(name)))
                    .as("both are known now, and a program is no browser")
                    .containsExactly("verify", "new-device");

            String other = people.somebodyWithMail();
            People.signIn(Browser.at(gate).holding("gh-device", device), "/login", other);
            noneIsUntold(people, other, 1);
            people.signedIn(other);
            noneIsUntold(people, other, 2);
            assertThat(people.told(People.mail(other)))
                    .as("each account knows browsers of its own")
                    .containsExactly("verify", "new-device");

            people.sql("DELETE FROM known_device");
            people.sql("DELETE FROM known_address");
            people.signedIn(other);
            noneIsUntold(people, other, 1);
            assertThat(people.told(People.mail(other)))
                    .as("after so long that nothing is known any more")
                    .containsExactly("verify", "new-device", "new-device");
        }
    }

    private static void noneIsUntold(People people, String name, int browsers) {
        Awaitility.await().untilAsserted(() -> assertThat(people.sql(
                                """
                                        SELECT count(*) FILTER (WHERE d.told), count(*)
                                          FROM known_device d JOIN account a ON a.id = d.account_id WHERE a.username = $1
                                        """,
                                name)
                        .get(0)
                        .toJson()
                        .getMap()
                        .values())
                .allMatch(count -> ((Number) count).intValue() == browsers));
    }

    @Test
    @DisplayName("links of mails that are kept stand in the log of a house on this machine, and of no other")
    void links_in_the_log() {
        for (String url : List.of("", "url: https://shop.example.com\n")) {
            try (var log = LogLines.of("dev.gatehouse.identity.MailDelivery");
                    var gate = Gate.open(DATABASE, url + "accounts: {registration: open}\nemail: {smtp: mailbox}\n")) {
                String name = url.isEmpty() ? "dora" : "emil";
                var body = new JsonObject()
                        .put("username", name)
                        .put("password", Door.PASSWORD)
                        .put("email", name + "@people.example");
                assertThat(gate.post("/register", body).statusCode()).isEqualTo(201);
                Awaitility.await().until(() -> !log.lines().isEmpty());
                assertThat(log.lines()).singleElement().asString().satisfies(line -> {
                    if (url.isEmpty())
                        assertThat(line).matches("INFO mail .* to dora@people\\.example: .*/verify\\?key=[\\w-]{43}");
                    else
                        assertThat(line)
                                .contains("is kept: gatehouse mail show")
                                .doesNotContain("key=", "emil@");
                });
            }
        }
    }

    private static Browser signedIn(Gate gate) {
        Browser browser = Browser.at(gate);
        browser.open("/login")
                .form("login")
                .with("username", "carol")
                .with("password", Door.PASSWORD)
                .submit();
        return browser;
    }

    private static List<String> told() {
        var kinds = new ArrayList<String>();
        await(DATABASE.database().query("SELECT kind FROM mail WHERE recipient = $1 ORDER BY id", Tuple.of(MAIL)))
                .forEach(row -> kinds.add(row.getString("kind")));
        return kinds;
    }
}
