package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser.Page;
import dev.gatehouse.store.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People take back what they allowed an app. */
final class ConnectedAppsTest {
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
            "an app shows what it may and when it last did; what is taken back ends at the next request, on both nodes, and nobody else's with it")
    void apps() {
        String name = people.somebodyWithMail();
        Browser browser = people.signedIn(name);
        assertThat(browser.open("/account/apps").text()).contains("No app may use");
        JsonObject tokens = house.app().connected(browser);
        Browser neighbour = people.signedIn(people.somebodyWithMail());
        JsonObject theirs = house.app().connected(neighbour);
        String own = house.gate().token(name);
        String token = tokens.getString("access_token");
        assertThat(house.gate().getAs(token, "/app/x").statusCode()).isEqualTo(200);
        Page page = browser.open("/account/apps");
        assertThat(page.text()).contains("Example Notes", "Read your notes", "Know that it is you", "Last used");
        neighbour.open("/account/apps").form("apps").with("revoke", "gatehouse").submit();
        assertThat(house.gate().getAs(token, "/app/x").statusCode()).isEqualTo(200);

        page.form("apps").with("revoke", "notes").submit();
        assertThat(house.gate().getAs(token, "/app/x").statusCode()).isEqualTo(401);
        Within.holds(
                Duration.ofSeconds(10),
                () -> house.other().getAs(token, "/app/x").statusCode() == 401);
        assertThat(house.app().refreshes(tokens)).isEqualTo(400);
        assertThat(browser.open(NotesApp.authorize("&prompt=none"))
                        .left()
                        .orElseThrow()
                        .getRawQuery())
                .contains("consent_required");
        assertThat(house.gate()
                        .getAs(theirs.getString("access_token"), "/app/x")
                        .statusCode())
                .isEqualTo(200);
        assertThat(house.app().refreshes(theirs)).isEqualTo(200);
        assertThat(house.gate().getAs(own, "/app/x").statusCode()).isEqualTo(200);
        assertThat(People.isIn(browser)).isTrue();
        assertThat(people.recorded(name, "grant_taken_back", "")).isEqualTo(1);
        page.form("apps").with("revoke", "notes").submit();
        assertThat(people.recorded(name, "grant_taken_back", ""))
                .as("there was nothing")
                .isEqualTo(1);
        for (String odd : List.of(" ", "nobody", "x".repeat(5000)))
            assertThat(page.form("apps").with("revoke", odd).submit().status()).isEqualTo(200);
        String again = house.app().connected(browser).getString("access_token");
        assertThat(house.gate().getAs(again, "/app/x").statusCode())
                .as("allowed anew")
                .isEqualTo(200);
    }
}
