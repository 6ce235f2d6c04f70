package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.identity.Due;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Person;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose a mail address is. */
final class MailVerificationTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String MAIL = "carol@people.example";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestMailbox mailbox;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.config = TestConfig.with(
                house.config.login(),
                new AccountSettings(Admission.OPEN, true, List.of(), new Lockout(10, Duration.ofMinutes(15))));
        mailbox = new TestMailbox(house);
        browser = browser();
    }

    @Test
    void whoever_registers_gets_a_link_and_confirms_with_a_button() {
        assertThat(register(browser, "carol", MAIL).text()).contains("a mail is on its way to the address");
        assertThat(needs("carol")).isTrue();
        Browser.Page page = browser.open(mailbox.link(MAIL, "verify"));
        assertThat(page.text()).contains("The account carol says that carol@people.example is its e-mail address");
        assertThat(page.text()).doesNotContain("not the browser");
        assertThat(page.header("Referrer-Policy")).contains("no-referrer");
        assertThat(page.header("X-Robots-Tag")).contains("noindex");
        assertThat(needs("carol")).as("looking confirms nothing").isTrue();
        assertThat(page.form("verify").submit().text()).contains("The address is confirmed");
        assertThat(needs("carol")).isFalse();
        assertThat(house.sql("SELECT detail FROM audit_event WHERE kind = 'account_changed'")
                        .get(0)
                        .getJsonObject(0)
                        .getString("what"))
                .isEqualTo("mail verified");
    }

    @Test
    void a_phone_confirms_as_well_and_is_told_what_it_confirms() {
        register(browser, "carol", MAIL);
        Browser.Page page = browser().open(mailbox.link(MAIL, "verify"));
        assertThat(page.text()).contains("The account carol", "This is not the browser in which it was asked for");
        assertThat(page.form("verify").submit().status()).isEqualTo(200);
        assertThat(needs("carol")).isFalse();
    }

    @Test
    @DisplayName("LS12 a link that verifies works once, for ten minutes, and not after a change")
    void a_link_dies_as_every_link_does() {
        register(browser, "carol", MAIL);
        String link = mailbox.link(MAIL, "verify");
        var form = browser.open(link).form("verify");
        assertThat(form.submit().status()).isEqualTo(200);
        assertOver(form.submit());
        assertOver(browser.open(link));

        register(browser, "dora", "dora@people.example");
        String late = mailbox.link("dora@people.example", "verify");
        var lateForm = browser.open(late).form("verify");
        house.sql("UPDATE one_time SET expires_at = now() - interval '1 second' WHERE kind = 'mail_verify'");
        assertOver(lateForm.submit());

        register(browser, "eve", "eve@people.example");
        var changed = browser.open(mailbox.link("eve@people.example", "verify")).form("verify");
        house.sql("UPDATE account SET email = 'other@people.example' WHERE username = 'eve'");
        assertOver(changed.submit());
        assertThat(needs("eve")).isTrue();
    }

    @Test
    @DisplayName("LS01 whether an address is known is told to its owner alone")
    void a_known_address_gets_the_same_answer() {
        register(browser, "carol", MAIL);
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        Browser stranger = browser();
        String free = register(stranger, "dora", "dora@people.example").html();
        Browser.Page known = register(stranger, "mallory", "CAROL@people.example");
        assertThat(known.html()).isEqualTo(free);
        assertThat(register(stranger, "carol", MAIL).html())
                .as("nor a name that is taken")
                .isEqualTo(free);
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify", "known", "known");
        assertThat(mailbox.link(MAIL, "known")).isEqualTo("/forgot");
        assertThat(mailbox.to(MAIL)).noneMatch(mail -> mail.text().contains("mallory"));
        assertThat(house.login("mallory", PASSWORD).status())
                .as("the account is there as any other would be")
                .isEqualTo(house.login("dora", PASSWORD).status());
        assertThat(needs("mallory")).isTrue();
        assertThat(needs("carol")).isFalse();
    }

    @Test
    void of_two_accounts_that_claim_an_address_the_first_to_confirm_has_it() {
        register(browser, "squatter", MAIL);
        String first = mailbox.link(MAIL, "verify");
        register(browser, "carol", MAIL);
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        var form = browser.open(first).form("verify");
        assertOver(form.submit());
        assertThat(needs("squatter")).isTrue();
        assertThat(needs("carol")).isFalse();
    }

    @Test
    void of_forty_who_confirm_at_once_one_has() throws Exception {
        var other = new TestHouse(db, db.another());
        register(browser, "carol", MAIL);
        String link = mailbox.link(MAIL, "verify");
        var pool = Executors.newFixedThreadPool(40);
        try {
            List<Callable<Integer>> racers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                TestHouse node = i % 2 == 0 ? house : other;
                var form = new Browser(TestHouse.URL, call -> await(node.endpoints.answer(call)))
                        .open(link)
                        .form("verify");
                racers.add(() -> form.submit().status());
            }
            int won = 0;
            for (Future<Integer> racer : pool.invokeAll(racers)) if (racer.get() == 200) won++;
            assertThat(won).isEqualTo(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void another_link_is_sent_to_whoever_is_signed_in_three_an_hour() {
        register(browser, "carol", MAIL);
        assertThat(browser.open("/verify").text()).contains("sign in and send another");
        browser.open("/login")
                .form("login")
                .with("username", "carol")
                .with("password", PASSWORD)
                .submit();
        Browser.Page waiting = browser.open("/verify");
        assertThat(waiting.text()).contains("We have written to carol@people.example");
        for (int i = 0; i < 4; i++)
            assertThat(browser.open("/verify").form("again").submit().text()).contains("Another mail is on its way");
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify", "verify", "verify");
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        assertThat(browser.open("/verify").path()).isEqualTo("/");
    }

    @Test
    void one_address_is_not_flooded_by_many_accounts() {
        for (int i = 0; i < 5; i++) register(browser, "bot" + i, MAIL);
        assertThat(mailbox.kindsTo(MAIL)).hasSize(3);
    }

    @Test
    void programs_that_register_name_an_address_too() {
        var body = new JsonObject().put("username", "carol").put("password", PASSWORD);
        assertThat(house.post("/register", body).status()).isEqualTo(400);
        assertThat(house.post("/register", body.copy().put("email", MAIL)).status())
                .isEqualTo(201);
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify");
    }

    @Test
    void programs_get_no_token_before_it_is_verified() {
        register(browser, "carol", MAIL);
        var refused = house.login("carol", PASSWORD);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(TestHouse.json(refused).getString("reason")).isEqualTo("email_unverified");
        assertThat(house.login("carol", "wrong").status()).isEqualTo(401);
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void where_it_is_not_asked_for_nobody_needs_it_though_a_link_is_sent() {
        house.config = TestConfig.standard();
        assertThat(register(browser, "carol", MAIL).text()).contains("your account is ready");
        assertThat(needs("carol")).isFalse();
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify");
    }

    @Test
    @DisplayName("LS13 a new address is told to the old one and the new one, once it is confirmed")
    void a_change_is_confirmed_at_the_new_address_and_told_to_both() {
        register(browser, "carol", MAIL);
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        String next = "carol@new.example";
        await(house.house.verification().change(id("carol"), new EmailAddress(next), ""));
        assertThat(house.sql("SELECT email FROM account").get(0).getString(0)).isEqualTo(MAIL);
        browser.open(mailbox.link(next, "change")).form("verify").submit();
        var row = house.sql("SELECT email, email_verified FROM account").get(0);
        assertThat(row.getString(0)).isEqualTo(next);
        assertThat(row.getBoolean(1)).isTrue();
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify", "mail-changed");
        assertThat(mailbox.kindsTo(next)).containsExactly("change", "mail-changed");
    }

    @Test
    void an_address_of_somebody_else_is_not_taken_over_and_its_owner_hears_of_it() {
        register(browser, "carol", MAIL);
        browser.open(mailbox.link(MAIL, "verify")).form("verify").submit();
        register(browser, "mallory", "mallory@people.example");
        await(house.house.verification().change(id("mallory"), new EmailAddress(MAIL), ""));
        assertThat(mailbox.kindsTo(MAIL)).containsExactly("verify", "known");
    }

    @Test
    void letters_are_in_the_language_of_whoever_registered() {
        register(browser().sending("Accept-Language", "de"), "carol", MAIL);
        assertThat(mailbox.to(MAIL).get(0).subject()).isEqualTo("Gatehouse: bitte bestätigen Sie Ihre Adresse");
    }

    private Browser browser() {
        return new Browser(TestHouse.URL, call -> await(house.endpoints.answer(call)));
    }

    private static Browser.Page register(Browser browser, String name, String email) {
        return browser.open("/register")
                .form("register")
                .with("username", name)
                .with("email", email)
                .with("password", PASSWORD)
                .submit();
    }

    private UserId id(String name) {
        return await(house.accounts.find(new Username(name))).orElseThrow().id();
    }

    private boolean needs(String name) {
        var row = house.sql(
                        """
                        SELECT id AS account_id, username, roles, groups, email, email_verified, terms_version, profile, attributes
                          FROM account WHERE username = $1
                        """,
                        name)
                .get(0);
        return house.house.dues().first(Person.of(row)).filter(Due.MAIL::equals).isPresent();
    }

    private static void assertOver(Browser.Page page) {
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("This link is over");
    }
}
