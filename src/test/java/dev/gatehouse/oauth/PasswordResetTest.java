package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.Phone;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A forgotten password, from the question to the new one. */
final class PasswordResetTest {
    private static final String OLD = "zebra lamp forty";
    private static final String NEW = "anchor violin seventy";
    private static final String MAIL = "alice@people.example";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestMailbox mailbox;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        mailbox = new TestMailbox(house);
        browser = browser();
        has("alice", MAIL);
    }

    @Test
    void three_pages_lead_to_a_new_password() {
        Browser.Page asked = ask(browser, "alice");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text()).contains("a mail is on its way");
        Browser.Page form = browser.open(link());
        assertThat(form.text()).contains("A new password for alice");
        Browser.Page done = form.form("reset").with("password", NEW).submit();
        assertThat(done.text()).contains("Your password is new");
        assertThat(house.login("alice", OLD).status()).isEqualTo(401);
        assertThat(house.login("alice", NEW).status()).isEqualTo(200);
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("reset", "password-changed");
        assertThat(house.sql("SELECT email_verified FROM account").get(0).getBoolean(0))
                .as("whoever used the link reads the mails of that address")
                .isTrue();
    }

    @Test
    void the_address_is_as_good_as_the_name_and_case_does_not_matter() {
        ask(browser, "Alice@People.Example");
        ask(browser, "ALICE");
        written(2);
    }

    @Test
    @DisplayName("LS12 a reset link works once")
    void a_link_works_once() {
        ask(browser, "alice");
        String link = link();
        var form = browser.open(link).form("reset").with("password", NEW);
        assertThat(form.submit().status()).isEqualTo(200);
        assertOver(form.with("password", "another one entirely").submit());
        assertOver(browser.open(link));
        assertThat(house.login("alice", NEW).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("LS12 programs that open every link of a mail use nothing up")
    void looking_uses_nothing_up() {
        ask(browser, "alice");
        String link = link();
        for (int i = 0; i < 5; i++) assertThat(browser().open(link).status()).isEqualTo(200);
        assertThat(browser.open(link)
                        .form("reset")
                        .with("password", NEW)
                        .submit()
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("LS12 after ten minutes a link is worth nothing")
    void a_link_lives_for_ten_minutes() {
        ask(browser, "alice");
        var form = browser.open(link()).form("reset").with("password", NEW);
        assertThat(house.sql("SELECT 1 FROM one_time WHERE kind = 'mail_reset'"
                        + " AND expires_at BETWEEN now() + interval '9 minutes' AND now() + interval '10 minutes'"))
                .hasSize(1);
        house.sql("UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'mail_reset'");
        assertOver(browser.open(link()));
        assertOver(form.submit());
        assertThat(house.login("alice", OLD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("LS12 after the mail address has changed a link is worth nothing")
    void not_after_the_address_has_changed() {
        ask(browser, "alice");
        var form = browser.open(link()).form("reset").with("password", NEW);
        await(new Profiles(house.database, house.house.trail())
                .change(
                        new Username("alice"),
                        new Profiles.Change(
                                Map.of(),
                                Set.of(),
                                Optional.of(new EmailAddress("new@people.example")),
                                Optional.empty()),
                        Accounts.By.SYSTEM));
        assertOver(form.submit());
        assertOver(browser.open(link()));
        assertThat(house.login("alice", OLD).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("LS12 after the password has changed a link is worth nothing, and neither are its sisters")
    void not_after_the_password_has_changed() {
        ask(browser, "alice");
        String first = link();
        ask(browser, "alice");
        written(2);
        String second = link();
        assertThat(second).isNotEqualTo(first);
        browser.open(first).form("reset").with("password", NEW).submit();
        assertOver(browser.open(second));
    }

    @Test
    @DisplayName("LS12 a locked account gets no link, and has no use for an older one")
    void not_for_a_locked_account() {
        ask(browser, "alice");
        String link = link();
        await(house.accounts.lock(new Username("alice"), Accounts.By.SYSTEM));
        assertOver(browser.open(link));
        ask(browser, "alice");
        settled();
        written(1);
    }

    @Test
    @DisplayName("LS12 in another browser, or another's session, a link asks who it is for")
    void another_browser_has_to_know_whose_it_is() {
        has("mallory", "mallory@people.example");
        Browser other = browser();
        other.open("/login")
                .form("login")
                .with("username", "mallory")
                .with("password", OLD)
                .submit();
        ask(browser, "alice");
        Browser.Page page = other.open(link());
        assertThat(page.text()).contains("in another browser").doesNotContain("alice");
        for (String wrong : List.of("", "mallory", "alic"))
            assertThat(other.open(link())
                            .form("reset")
                            .with("name", wrong)
                            .with("password", NEW)
                            .submit()
                            .status())
                    .isEqualTo(422);
        assertThat(house.login("alice", OLD).status()).isEqualTo(200);
        Browser.Page done = other.open(link())
                .form("reset")
                .with("name", MAIL)
                .with("password", NEW)
                .submit();
        assertThat(done.text()).contains("Your password is new");
        assertThat(other.open("/account/sessions").text())
                .as("still who they were")
                .contains("mallory");
        assertThat(house.login("alice", NEW).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("LS12 whose link it is cannot be found by trying")
    void names_are_not_tried_for_ever() {
        ask(browser, "alice");
        Browser other = browser();
        String link = link();
        int refused = 0;
        for (int i = 0; i < 20; i++)
            if (other.open(link)
                            .form("reset")
                            .with("name", "nobody" + i)
                            .with("password", NEW)
                            .submit()
                            .status()
                    == 429) refused++;
        assertThat(refused).as("one ask and nineteen tries are twenty").isEqualTo(1);
    }

    @Test
    @DisplayName("LS12 a reset signs nobody in, and whoever was in is out")
    void nobody_is_signed_in_by_it() {
        JsonObject tokens = TestHouse.json(house.login("alice", OLD));
        browser.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", OLD)
                .submit();
        assertThat(browser.open("/account/sessions").text()).contains("This is the browser");
        ask(browser, "alice");
        var done = browser.open(link()).form("reset").with("password", NEW).submit();
        assertThat(done.header("Set-Cookie")).isEmpty();
        assertThat(browser.open("/account/sessions").html()).contains("id=\"login\"");
        assertThat(house.accepts(tokens.getString("access_token"))).isFalse();
        assertThat(house.refresh(tokens.getString("refresh_token")).status()).isEqualTo(400);
        assertThat(house.sql("SELECT 1 FROM session WHERE ended_at IS NULL")).isEmpty();
    }

    @Test
    @DisplayName(
            "LS12 whoever has the mails of an account but not its authenticator app does not get in by a reset, whichever way")
    void the_second_factor_is_asked_for_after_a_reset() {
        browser.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", OLD)
                .submit();
        Browser.Page setup = browser.open("/account/authenticator");
        var phone = new Phone(setup.html().replaceAll("(?s).*<code id=\"secret\">(.*?)</code>.*", "$1"));
        setup.form("authenticator").with("code", phone.code(-1)).submit();
        Browser thief = browser();
        ask(thief, "alice");
        Browser.Page done =
                thief.open(link()).form("reset").with("password", NEW).submit();
        assertThat(done.text()).contains("Your password is new");
        Browser.Page asked = thief.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", NEW)
                .submit();
        assertThat(asked.path()).startsWith("/login/second?step=");
        for (String elsewhere : List.of("/account", "/account/authenticator", "/account/passkeys", "/account/sessions"))
            assertThat(thief.open(elsewhere).html()).as(elsewhere).contains("id=\"login\"");
        assertThat(TestHouse.json(house.login("alice", NEW)).getString("reason"))
                .isEqualTo("second_factor_required");
        ask(thief, "alice");
        written(2);
        thief.open(link()).form("reset").with("password", NEW + " again").submit();
        assertThat(asked.form("second").with("code", phone.code(0)).submit().status())
                .as("a sign-in that had begun with the password of before is over")
                .isGreaterThanOrEqualTo(400);
        Browser.Page in = thief.open("/login")
                .form("login")
                .with("username", "alice")
                .with("password", NEW + " again")
                .submit()
                .form("second")
                .with("code", phone.code(1))
                .submit();
        assertThat(in.status()).isEqualTo(200);
        assertThat(thief.open("/account").path()).isEqualTo("/account");
    }

    @Test
    @DisplayName("LS12 a link of another kind opens nothing here, nor this one there")
    void kinds_are_not_mixed_up() {
        await(house.house.verification().sendAgain(id("alice"), ""));
        String verify = mailbox.link(MAIL, "verify");
        assertOver(browser.open(verify.replace("/verify", "/reset")));
        ask(browser, "alice");
        assertOver(browser.open(link().replace("/reset", "/verify")));
        for (String key : List.of("", "x", "x".repeat(43), "%00", "x".repeat(5000)))
            assertThat(browser.open("/reset?key=" + key).status()).isIn(200, 400);
        assertThat(browser.open("/reset").path()).startsWith("/forgot");
    }

    @Test
    @DisplayName("LS12 of forty who use one link at once, over two nodes, one has")
    void of_many_one_wins() throws Exception {
        var other = new TestHouse(db, db.another());
        ask(browser, "alice");
        String link = link();
        var nodes = List.of(house, other);
        var pool = Executors.newFixedThreadPool(40);
        try {
            List<Callable<String>> racers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                TestHouse node = nodes.get(i % 2);
                var racer = new Browser(TestHouse.URL, call -> await(node.endpoints.answer(call)));
                browser.cookie("gh").ifPresent(value -> racer.holding("gh", value));
                var form = racer.open(link).form("reset").with("password", NEW + " " + i);
                int number = i;
                racers.add(() -> form.submit().status() == 200 ? NEW + " " + number : "");
            }
            var winners = new ArrayList<String>();
            for (Future<String> racer : pool.invokeAll(racers)) if (!racer.get().isEmpty()) winners.add(racer.get());
            assertThat(winners).hasSize(1);
            assertThat(house.login("alice", winners.get(0)).status()).isEqualTo(200);
            assertThat(mailbox.kindsTo(MAIL)).containsExactly("reset", "password-changed");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("LS12 the pages of a link are told to no other page and kept by no search engine")
    void the_pages_of_a_link_are_discreet() {
        ask(browser, "alice");
        Browser.Page page = browser.open(link());
        assertThat(page.header("Referrer-Policy")).contains("no-referrer");
        assertThat(page.header("X-Robots-Tag")).contains("noindex");
        assertThat(page.header("Cache-Control")).contains("no-store");
        assertThat(page.html()).doesNotContain("http://").doesNotContain("https://");
    }

    @Test
    @DisplayName("LS01 whether there is an account is not told by the answer")
    void known_and_unknown_get_the_same_answer() {
        String known = ask(browser, "alice").html();
        assertThat(ask(browser, "nobody").html()).isEqualTo(known);
        assertThat(ask(browser, "nobody@people.example").html()).isEqualTo(known);
        assertThat(ask(browser, MAIL).html()).isEqualTo(known);
        assertThat(ask(browser, " ").html()).isEqualTo(known);
        assertThat(ask(browser, "x".repeat(300)).html()).isEqualTo(known);
        assertThat(ask(browser, "'; DROP TABLE account; --").html()).isEqualTo(known);
    }

    @Test
    @DisplayName("LS01 nor by its time: it is there before anybody was looked for")
    void nobody_waits_for_what_is_found() {
        var submit = browser.open("/forgot").form("forgot").with("name", "alice");
        var held = await(PgConnection.connect(db.vertx(), db.options()));
        await(held.query("BEGIN").execute());
        await(held.query("SELECT 1 FROM account FOR UPDATE").execute());
        assertThat(submit.submit().status()).isEqualTo(200);
        await(held.query("COMMIT").execute());
        await(held.close());
        written(1);
    }

    @Test
    void an_account_is_written_to_three_times_an_hour() {
        for (int i = 0; i < 5; i++) {
            ask(browser, "alice");
            settled();
        }
        written(3);
        house.sql("UPDATE mail SET made_at = made_at - interval '61 minutes'");
        ask(browser, "alice");
        written(4);
    }

    @Test
    void a_network_asks_twenty_times_in_a_quarter_of_an_hour() {
        house.stopTheClock();
        for (int i = 0; i < 20; i++)
            assertThat(ask(browser, "nobody" + i).status()).isEqualTo(200);
        Browser.Page refused = ask(browser, "alice");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isPresent();
        settled();
        written(0);
    }

    @Test
    void an_address_that_one_has_verified_is_theirs_whoever_else_claims_it() {
        has("squatter", MAIL);
        house.sql("UPDATE account SET email_verified = true WHERE username = 'alice'");
        ask(browser, MAIL);
        written(1);
        assertThat(browser.open(link()).text()).contains("A new password for alice");
    }

    @Test
    void a_password_that_cannot_be_is_said_beside_the_form_and_costs_no_link() {
        ask(browser, "alice");
        String link = link();
        for (String bad : List.of("short", "password1", "alicealice")) {
            Browser.Page page =
                    browser.open(link).form("reset").with("password", bad).submit();
            assertThat(page.status()).isEqualTo(422);
            assertThat(page.html()).contains("role=\"alert\"").doesNotContain("value=\"" + bad);
        }
        assertThat(browser.open(link)
                        .form("reset")
                        .with("password", NEW)
                        .submit()
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("LS19 a new password that was not sent from its page is 403")
    void foreign_forms_set_no_password() {
        ask(browser, "alice");
        var form = browser.open(link()).form("reset").with("password", NEW);
        assertThat(form.with("proof", "x").submit().status()).isEqualTo(403);
        assertThat(browser.open("/forgot")
                        .form("forgot")
                        .with("name", "alice")
                        .without("proof")
                        .submit()
                        .status())
                .isEqualTo(403);
        assertThat(house.login("alice", OLD).status()).isEqualTo(200);
    }

    @Test
    void a_house_without_passwords_or_without_mail_says_so() {
        assertThat(browser.open("/login").link("Forgot your password?")).isEqualTo("/forgot");
        var standard = house.config;
        house.config = TestConfig.withoutMail();
        assertThat(browser.open("/forgot").text()).contains("No mail is sent here", "mail_off");
        assertThat(browser.open("/reset?key=x").status()).isEqualTo(403);
        house.config = TestConfig.with(new LoginSettings(false, 8, true, true), standard.accounts());
        assertThat(browser.open("/forgot").status()).isEqualTo(403);
    }

    @Test
    void whoever_has_no_address_gets_no_mail() {
        house.has("nomail", OLD);
        ask(browser, "nomail");
        settled();
        written(0);
    }

    // ---- what is done over and over ----

    private Browser browser() {
        return new Browser(TestHouse.URL, call -> await(house.endpoints.answer(call)));
    }

    private void has(String name, String mail) {
        await(house.accounts.add(
                new Username(name),
                Password.typed(OLD),
                Optional.of(new EmailAddress(mail)),
                List.of(),
                Accounts.By.SYSTEM));
    }

    private UserId id(String name) {
        return await(house.accounts.find(new Username(name))).orElseThrow().id();
    }

    private static Browser.Page ask(Browser browser, String name) {
        return browser.open("/forgot").form("forgot").with("name", name).submit();
    }

    /** Nobody waits for a mail to be written, so a test does. */
    private String link() {
        Awaitility.await().until(() -> mailbox.kindsTo(MAIL).contains("reset"));
        return mailbox.link(MAIL, "reset");
    }

    private void written(int many) {
        Awaitility.await().untilAsserted(() -> assertThat(
                        mailbox.all().stream().filter(mail -> mail.kind().equals("reset")))
                .hasSize(many));
    }

    /** What was begun before has ended: statements of a pool are not overtaken by this one for long. */
    private void settled() {
        Awaitility.await().until(() -> house.sql(
                        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'")
                .isEmpty());
    }

    private static void assertOver(Browser.Page page) {
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("This link is over", "link_over");
    }
}
