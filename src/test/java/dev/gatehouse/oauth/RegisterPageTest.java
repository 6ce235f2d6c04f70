package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Making an account on the page. */
final class RegisterPageTest {
    private static final String PASSWORD = "zebra lamp forty";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        browser = new Browser(TestHouse.URL, call -> TestDatabase.await(house.endpoints.answer(call)));
    }

    @Test
    void whoever_registers_signs_in_next() {
        Browser.Page page = register("carol", "carol@example.com", PASSWORD);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Sign in", "your account is ready");
        page.form("login").with("username", "carol").with("password", PASSWORD).submit();
        assertThat(browser.open("/login").html()).doesNotContain("id=\"login\"");
        assertThat(house.sql("SELECT email FROM account").get(0).getString(0)).isEqualTo("carol@example.com");
    }

    @Test
    @DisplayName("LS01 the page does not tell whether a name is taken")
    void a_taken_name_gets_the_same_answer() {
        Browser.Page free = register("carol", "carol@example.com", PASSWORD);
        Browser.Page taken = register("carol", "mallory@example.com", "another long password");
        assertThat(taken.status()).isEqualTo(free.status());
        assertThat(taken.html()).isEqualTo(free.html());
        assertThat(house.sql("SELECT email FROM account").get(0).getString(0))
                .as("and nothing changed")
                .isEqualTo("carol@example.com");
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
    }

    @Test
    void what_cannot_be_is_said_beside_the_form() {
        assertThat(register("no such name", "a@example.com", PASSWORD).text()).contains("This cannot be a username");
        assertThat(register("carol", "nowhere", PASSWORD).text()).contains("Please write an e-mail address");
        assertThat(register("carol", "", PASSWORD).text()).contains("Please write an e-mail address");
        Browser.Page shortOne = register("carol", "carol@example.com", "short");
        assertThat(shortOne.status()).isEqualTo(422);
        assertThat(shortOne.text()).contains("The password is too short: at least 8 characters.");
        assertThat(shortOne.html()).contains("value=\"carol@example.com\"").doesNotContain("value=\"short\"");
        assertThat(register("carol", "carol@example.com", "password1").text()).contains("too easy to guess");
        assertThat(register("longer-name-1", "carol@example.com", "longer-name-1")
                        .text())
                .contains("must not be your name");
        assertThat(house.sql("SELECT 1 FROM account")).isEmpty();
    }

    @Test
    @DisplayName("LS19 a registration that was not sent from its page is 403")
    void foreign_forms_make_no_account() {
        var form = browser.open("/register")
                .form("register")
                .with("username", "carol")
                .with("email", "c@example.com");
        assertThat(form.with("password", PASSWORD).without("proof").submit().status())
                .isEqualTo(403);
        assertThat(house.sql("SELECT 1 FROM account")).isEmpty();
    }

    @Test
    void a_closed_house_says_so() {
        house.config = TestConfig.with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(Admission.CLOSED, List.of(), new Lockout(10, Duration.ofMinutes(15))));
        Browser.Page page = browser.open("/register");
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("Registration is closed", "Ask the operator for an account");
        assertThat(browser.open("/login").html()).doesNotContain("href=\"/register\"");
    }

    private Browser.Page register(String name, String email, String password) {
        return browser.open("/register")
                .form("register")
                .with("username", name)
                .with("email", email)
                .with("password", password)
                .submit();
    }
}
