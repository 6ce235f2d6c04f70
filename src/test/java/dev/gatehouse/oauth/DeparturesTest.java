package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts on their way out, at two nodes of one database. */
final class DeparturesTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final By THEMSELVES = By.themselves(Source.address("192.0.2.7"));
    private static final Duration WEEK = Duration.ofDays(7);

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse here;
    private TestHouse there;

    @BeforeEach
    void open() {
        here = new TestHouse(db);
        there = new TestHouse(db);
    }

    private UserId somebody(String name) {
        var body =
                new JsonObject().put("username", name).put("password", PASSWORD).put("email", name + "@example.com");
        assertThat(here.post("/register", body).status()).isEqualTo(201);
        return new UserId(here.sql("SELECT id FROM account WHERE username = $1", name)
                .get(0)
                .getString(0));
    }

    private void isDue(UserId account) {
        here.sql("UPDATE account SET leaves_at = now() - interval '1 second' WHERE id = $1", account.value());
    }

    private long many(String table, String where, Object... values) {
        return here.sql("SELECT count(*) FROM " + table + " WHERE " + where, values)
                .get(0)
                .getLong(0);
    }

    @Test
    @DisplayName(
            "who is due goes once, whichever node looks, with all that was theirs; others stay, and so does the trail")
    void due() {
        var gone = new ArrayList<UserId>();
        for (String name : List.of("anna", "berta", "clara", "dora")) gone.add(somebody(name));
        UserId waits = somebody("emil");
        somebody("fritz");
        String token = TestHouse.json(here.login("anna", PASSWORD)).getString("access_token");
        assertThat(await(here.house.departures().ask(waits, WEEK, THEMSELVES))).isPresent();
        gone.forEach(this::isDue);

        var rounds = new ArrayList<Future<Integer>>();
        for (int i = 0; i < 4; i++) {
            rounds.add(here.house.departures().round());
            rounds.add(there.house.departures().round());
        }
        int all = rounds.stream().mapToInt(round -> await(round)).sum();
        assertThat(all).isEqualTo(4);
        assertThat(here.sql("SELECT username FROM account ORDER BY username").stream()
                        .map(row -> row.getString(0)))
                .containsExactly("emil", "fritz");
        String ids = "= ANY ($1)";
        Object values = gone.stream().map(UserId::value).toArray(String[]::new);
        for (String table : List.of("session", "refresh_family", "known_address"))
            assertThat(many(table, "account_id " + ids, values)).as(table).isZero();
        assertThat(many("audit_event", "kind = 'account_deleted' AND target " + ids, values))
                .isEqualTo(4);
        assertThat(many("audit_event", "kind = 'account_made' AND target " + ids, values))
                .isEqualTo(4);
        assertThat(many("mail", "kind = 'gone' AND account_id " + ids, values)).isEqualTo(4);
        await(here.revocations.refresh());
        await(there.revocations.refresh());
        assertThat(here.accepts(token)).isFalse();
        assertThat(there.accepts(token)).isFalse();
        assertThat(here.login("anna", PASSWORD).status()).isEqualTo(401);
        somebody("anna");
    }

    @Test
    @DisplayName("of many who ask at once for the same account, one is heard; the time does not begin anew")
    void asked_at_once() {
        UserId anna = somebody("anna");
        var asks = new ArrayList<Future<Optional<Instant>>>();
        for (int i = 0; i < 8; i++) {
            asks.add(here.house.departures().ask(anna, WEEK, THEMSELVES));
            asks.add(there.house.departures().ask(anna, Duration.ofDays(30), THEMSELVES));
        }
        long heard = asks.stream().filter(ask -> await(ask).isPresent()).count();
        assertThat(heard).isEqualTo(1);
        assertThat(many("mail", "kind = 'leaving'")).isEqualTo(1);
        assertThat(many("audit_event", "detail ->> 'what' = 'leaving'")).isEqualTo(1);
    }

    @Test
    @DisplayName("an account is kept once, before its time is over, and not after")
    void kept() {
        UserId anna = somebody("anna");
        assertThat(await(here.house.departures().keep(anna, THEMSELVES)))
                .as("nobody left")
                .isFalse();
        await(here.house.departures().ask(anna, WEEK, THEMSELVES));
        assertThat(await(here.house.departures().leaves(anna)).orElseThrow())
                .isBetween(
                        Instant.now().plus(WEEK).minusSeconds(60), Instant.now().plus(WEEK));
        var keeps = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 8; i++)
            keeps.add((i % 2 == 0 ? here : there).house.departures().keep(anna, THEMSELVES));
        assertThat(keeps.stream().filter(keep -> await(keep)).count()).isEqualTo(1);
        assertThat(many("mail", "kind = 'kept'")).isEqualTo(1);
        isDue(anna);
        assertThat(await(here.house.departures().keep(anna, THEMSELVES))).isFalse();
        assertThat(await(there.house.departures().round())).isEqualTo(1);
        assertThat(await(there.house.departures().round())).isZero();
    }

    @Test
    @DisplayName("a locked account does not leave by its own wish")
    void locked() {
        UserId anna = somebody("anna");
        here.sql("UPDATE account SET locked_at = now() WHERE id = $1", anna.value());
        assertThat(await(here.house.departures().ask(anna, WEEK, THEMSELVES))).isEmpty();
    }
}
