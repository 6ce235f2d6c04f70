package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.config.Admission;
import dev.gatehouse.config.Config.AccountSettings;
import dev.gatehouse.config.Config.LoginSettings;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RegisterTimingTest {
    private static final int NAMES = 8;
    private static final int MOST_ROUNDS = 4;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private final List<Long> posts = new ArrayList<>();
    private TestHouse house;

    /** As {@link LoginTimingTest} compares: in turn, the quicker half of each kind, and more rounds where the machine is busy. */
    @Test
    @DisplayName(
            "LS01 registering a name that is taken, or an address that is known, gets the same answer in the same time within 5 % as a free one")
    void taken_names_take_as_long() {
        house = new TestHouse(db);
        house.config = TestConfig.with(
                new LoginSettings(true, 8, true, true),
                new AccountSettings(
                        Admission.OPEN,
                        10_000,
                        false,
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        new Lockout(10, Duration.ofMinutes(15)),
                        Duration.ofDays(7)));
        house.has("taken", "zebra lamp forty");
        house.sql("UPDATE account SET email = 'known@people.example', email_verified = true");
        var browser = new Browser(TestHouse.URL, this::timed);
        for (int warmUp = 0; warmUp < 3; warmUp++) tried(browser, "warm" + warmUp, "warm" + warmUp + "@people.example");
        var free = new ArrayList<Long>();
        var taken = new ArrayList<Long>();
        var known = new ArrayList<Long>();
        double difference = 1;
        for (int round = 0; round < MOST_ROUNDS && (round < 1 || difference > 0.05); round++) {
            for (int i = 0; i < NAMES; i++) {
                String mail = "new" + round + "x" + i + "@people.example";
                taken.add(tried(browser, "taken", mail));
                free.add(tried(browser, "free" + round + "x" + i, mail));
                known.add(tried(browser, "other" + round + "x" + i, "known@people.example"));
            }
            difference = Math.max(
                    Math.abs(LoginTimingTest.quickerHalf(taken) / LoginTimingTest.quickerHalf(free) - 1),
                    Math.abs(LoginTimingTest.quickerHalf(known) / LoginTimingTest.quickerHalf(free) - 1));
        }
        assertThat(difference).isLessThanOrEqualTo(0.05);
    }

    private long tried(Browser browser, String name, String mail) {
        var page = browser.open("/register")
                .form("register")
                .with("username", name)
                .with("email", mail)
                .with("password", "a heron on one leg")
                .submit();
        assertThat(page.path()).isEqualTo("/login?registered=1&other=1");
        return posts.get(posts.size() - 1);
    }

    private Reply timed(Call call) {
        long began = System.nanoTime();
        Reply reply = await(house.endpoints.answer(call));
        if (call.method().equals("POST")) posts.add(System.nanoTime() - began);
        return reply;
    }
}
