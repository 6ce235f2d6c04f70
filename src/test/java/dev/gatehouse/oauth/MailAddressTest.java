package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Another mail address, as its owner asks for it on the account page. */
final class MailAddressTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String BEFORE = "carol@people.example";
    private static final String AFTER = "carol@new.example";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private TestMailbox mailbox;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        mailbox = new TestMailbox(house);
        browser = signedIn("carol", BEFORE);
    }

    private Browser signedIn(String name, String address) {
        var body =
                new JsonObject().put("username", name).put("password", PASSWORD).put("email", address);
        assertThat(house.post("/register", body).status()).isEqualTo(201);
        Browser browser = browser();
        browser.open("/login")
                .form("login")
                .with("username", name)
                .with("password", PASSWORD)
                .submit();
        return browser;
    }

    private Browser browser() {
        return new Browser(TestHouse.URL, call -> await(house.endpoints.answer(call)));
    }

    private static Page asks(Browser who, String address) {
        return who.open("/account/email")
                .form("email-change")
                .with("email", address)
                .submit();
    }

    private String address() {
        return house.sql("SELECT email FROM account WHERE username = 'carol'")
                .get(0)
                .getString(0);
    }

    @Test
    @DisplayName("LS12 LS13 it counts once its link is used; both addresses hear of it, and older links lead nowhere")
    void another_address() {
        browser().open("/forgot").form("forgot").with("name", "carol").submit();
        Awaitility.await().until(() -> !house.sql("SELECT 1 FROM mail WHERE kind = 'reset'")
                .isEmpty());
        String reset = mailbox.link(BEFORE, "reset");
        assertThat(browser().open(reset).status()).isEqualTo(200);
        assertThat(asks(browser, "nobody").status()).isEqualTo(422);
        assertThat(asks(browser, AFTER).text()).contains("a mail is on its way there", BEFORE);
        assertThat(address()).isEqualTo(BEFORE);
        String change = mailbox.link(AFTER, "change");
        browser.open(change).form("verify").submit();
        assertThat(address()).isEqualTo(AFTER);
        assertThat(mailbox.kindsTo(BEFORE)).containsExactly("verify", "reset", "mail-changed");
        assertThat(mailbox.kindsTo(AFTER)).containsExactly("change", "mail-changed");
        assertThat(browser().open(reset).status()).as("the old reset link").isGreaterThanOrEqualTo(400);
        assertThat(browser().open(change).status()).as("the link once more").isGreaterThanOrEqualTo(400);
        assertThat(browser.open("/account/email").text()).contains(AFTER, "It is confirmed.");
    }

    @Test
    @DisplayName("asking for somebody else's address is answered as asking for a free one is, to the last time")
    void somebody_elses() {
        house.sql("UPDATE account SET email_verified = true WHERE username = 'carol'");
        Browser mallory = signedIn("mallory", "mallory@people.example");
        Browser trudy = signedIn("trudy", "trudy@people.example");
        for (int i = 0; i < 4; i++) {
            Page taken = asks(mallory, BEFORE);
            Page free = asks(trudy, "nobody@people.example");
            assertThat(taken.status()).isEqualTo(free.status()).isEqualTo(i < 3 ? 200 : 429);
            assertThat(taken.text().replace("mallory", "trudy").replace(BEFORE, "nobody@people.example"))
                    .isEqualTo(free.text());
        }
        assertThat(mailbox.kindsTo(BEFORE)).doesNotContain("change").contains("known");
        assertThat(address()).isEqualTo(BEFORE);
    }
}
