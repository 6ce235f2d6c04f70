package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People who leave, and those who change their minds. */
final class DeletedAccountsTest {
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
            "LS13 whoever deletes their account writes its name and is out of everything at once; whoever signs in again can keep it")
    void leaving_and_staying() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        Browser elsewhere = people.signedIn(name);
        JsonObject tokens = house.app().connected(browser);
        String own = house.gate().token(name);
        Page wrong = browser.open("/account/delete")
                .form("delete")
                .with("username", "somebody else")
                .submit();
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("That is not your username.");
        Page asked = browser.open("/account/delete")
                .form("delete")
                .with("username", name.toUpperCase(Locale.ROOT))
                .submit();
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.text()).contains("is deleted on", "sign in before then and keep it");
        assertThat(People.isIn(browser)).isFalse();
        assertThat(People.isIn(elsewhere)).isFalse();
        assertThat(house.gate().getAs(own, "/app/x").statusCode()).isEqualTo(401);
        assertThat(house.gate()
                        .getAs(tokens.getString("access_token"), "/app/x")
                        .statusCode())
                .isEqualTo(401);
        assertThat(house.app().refreshes(tokens)).isEqualTo(400);
        Within.holds(
                Duration.ofSeconds(10), () -> house.other().getAs(own, "/app/x").statusCode() == 401);
        assertThat(people.told(People.mail(name))).contains("leaving");
        assertThat(people.recorded(name, "account_changed", "leaving")).isEqualTo(1);
        var days = people.sql(
                        "SELECT extract(epoch FROM leaves_at - now()) / 86400 AS days FROM account WHERE username = $1",
                        name)
                .get(0)
                .getDouble("days");
        assertThat(days).isBetween(6.9, 7.0);

        Browser back = Browser.at(house.other());
        Page keep = People.signIn(back, NotesApp.authorize(""), name);
        assertThat(keep.path()).startsWith("/account/keep?flow=");
        assertThat(keep.text()).contains("You asked for your account to be deleted");
        assertThat(back.open("/account").text()).contains("You asked for your account to be deleted");
        assertThat(back.open("/account/delete").path()).isEqualTo("/account/keep");
        assertThat(keep.form("keep").without("proof").submit().status()).isEqualTo(403);
        Page onward = keep.form("keep").submit();
        assertThat(onward.left().isPresent() || onward.html().contains("id=\"consent\""))
                .as("on to the app")
                .isTrue();
        assertThat(people.sql("SELECT 1 FROM account WHERE username = $1 AND leaves_at IS NULL", name))
                .hasSize(1);
        assertThat(people.told(People.mail(name))).contains("kept");
        assertThat(people.recorded(name, "account_changed", "kept")).isEqualTo(1);
        assertThat(house.gate().getAs(house.gate().token(name), "/app/x").statusCode())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("the last administrator does not leave, and is told why")
    void the_last_administrator() {
        String one = people.somebodyWithMail();
        String two = people.somebodyWithMail();
        people.sql("UPDATE account SET roles = '{admin}' WHERE username IN ($1, $2)", one, two);
        Page first = leave(people.signedIn(one), one);
        assertThat(first.text()).contains("is deleted on");
        Browser browser = people.signedIn(two);
        Page last = leave(browser, two);
        assertThat(last.status()).isEqualTo(409);
        assertThat(last.text()).contains("You are the last administrator of this house.");
        assertThat(People.isIn(browser)).isTrue();
        assertThat(people.told(People.mail(two))).doesNotContain("leaving");
        assertThat(people.recorded(two, "account_changed", "leaving")).isZero();
    }

    private static Page leave(Browser browser, String name) {
        return browser.open("/account/delete")
                .form("delete")
                .with("username", name)
                .submit();
    }
}
