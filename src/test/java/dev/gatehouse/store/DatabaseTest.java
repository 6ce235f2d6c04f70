package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.Within;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @Test
    void a_statement_finds_its_rows() {
        assertThat(ask("SELECT $1::text AS said", Tuple.of("hello"))).isEqualTo("hello");
    }

    @Test
    void a_thousand_statements_at_once_are_all_answered() {
        List<Future<Long>> answers = IntStream.range(0, 1_000)
                .mapToObj(number -> db.database().query("SELECT $1::bigint AS number", Tuple.of((long) number)))
                .map(rows -> rows.map(found -> found.iterator().next().getLong("number")))
                .toList();
        await(Future.join(answers));
        for (int number = 0; number < 1_000; number++)
            assertThat(answers.get(number).result()).isEqualTo(number);
    }

    @Test
    void commits_wait_for_the_disk_and_time_is_utc_whatever_the_server_prefers() {
        TestDatabase.administer("ALTER DATABASE " + db.options().getDatabase() + " SET synchronous_commit = off");
        TestDatabase.administer("ALTER DATABASE " + db.options().getDatabase() + " SET timezone = 'Asia/Tokyo'");
        assertThat(ask("SELECT current_setting('synchronous_commit')", Tuple.tuple()))
                .isEqualTo("on");
        assertThat(ask("SELECT current_setting('timezone')", Tuple.tuple())).isEqualTo("UTC");
    }

    @Test
    void a_statement_that_is_wrong_is_not_taken_for_an_outage() {
        assertThatThrownBy(() -> ask("SELECT nonsense", Tuple.tuple()))
                .isInstanceOfSatisfying(PgException.class, wrong -> assertThat(wrong.getSqlState())
                        .isEqualTo("42703"));
        assertThatThrownBy(() -> ask("SELECT $1::int", Tuple.of("a", "b"))).isNotInstanceOf(Refusal.class);
        assertThat(db.database().downSince()).isEmpty();
    }

    @Test
    void a_transaction_that_fails_leaves_nothing() {
        Future<Void> failing = db.database().inTransaction(connection -> connection
                .query("INSERT INTO account (id, username, username_key) VALUES ('a', 'a', 'a')")
                .execute()
                .compose(done -> Future.failedFuture(Reason.BUSY.because("later"))));
        assertThatThrownBy(() -> await(failing))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Reason.BUSY));
        assertThat(count("account")).isZero();
    }

    @Test
    void work_that_throws_gives_its_connection_back() {
        for (int round = 0; round < 20; round++) {
            Future<Void> thrown = db.database().inTransaction(connection -> {
                throw new IllegalStateException("a bug");
            });
            assertThatThrownBy(() -> await(thrown)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(await(db.database()
                                .inTransaction(connection ->
                                        connection.query("SELECT 1").execute()))
                        .size())
                .isEqualTo(1);
    }

    @Test
    void a_table_that_changes_under_a_prepared_statement_is_no_failure() {
        String all = "SELECT * FROM login_failure";
        List<Future<?>> everywhere = IntStream.range(0, 20)
                .<Future<?>>mapToObj(each -> db.database().query(all, Tuple.tuple()))
                .toList();
        await(Future.join(everywhere));
        TestDatabase.on(db.options(), "ALTER TABLE login_failure ADD COLUMN more text");
        for (int round = 0; round < 20; round++) {
            assertThat(await(db.database().query(all, Tuple.tuple())).columnsNames())
                    .contains("more");
        }
    }

    @Test
    @DisplayName("X4 after pg_terminate_backend on every connection the next statements go through")
    void connections_that_are_cut_are_replaced() {
        ask("SELECT 'warm'", Tuple.tuple());
        for (int round = 0; round < 3; round++) {
            TestDatabase.administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                    + db.options().getDatabase() + "'");
            Within.holds(Duration.ofSeconds(3), this::answers);
        }
    }

    @Test
    @DisplayName("X4 a statement cut in its middle is refused as unavailable, with a time to come back")
    void a_statement_cut_in_its_middle_is_refused_as_unavailable() {
        var fresh = Database.open(db.vertx(), db.options(), InstantSource.system());
        Future<?> sleeping = fresh.query("SELECT pg_sleep(4)", Tuple.tuple());
        await().until(() -> !ask(
                        "SELECT count(*)::text FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(4)' AND datname = current_database()",
                        Tuple.tuple())
                .equals("0"));
        TestDatabase.administer(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(4)'");
        assertUnavailable(() -> await(sleeping));
        await(fresh.close());
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped() {
        var impatient = Database.open(db.vertx(), db.options(), InstantSource.system());
        Future<?> endless = impatient.query("SELECT pg_sleep(60)", Tuple.tuple());
        assertUnavailable(() -> await(endless));
        await(impatient.close());
    }

    @Test
    @DisplayName(
            "I5 a database that goes away is known since when, refused at once, and found within five seconds of its return")
    void a_database_that_goes_away_is_known_and_found_again() {
        try (var wire = Wire.to(db.options(), db.vertx())) {
            var database = db.reached(wire.options(), InstantSource.fixed(NOON));
            await(database.awaitReady());
            assertThat(database.downSince()).isEmpty();
            wire.cut();
            Within.holds(Duration.ofSeconds(5), () -> database.downSince().isPresent());
            assertThat(database.downSince()).contains(NOON);
            assertUnavailable(() -> await(database.query("SELECT 1", Tuple.tuple())));
            assertUnavailable(() -> await(database.inTransaction(
                    connection -> connection.query("SELECT 1").execute())));
            wire.mend();
            Within.holds(Duration.ofSeconds(5), () -> database.downSince().isEmpty());
            assertThat(await(database.query("SELECT 1", Tuple.tuple())).size()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("X5 a line that falls silent is noticed and replaced")
    void a_line_that_falls_silent_is_noticed_and_replaced() {
        try (var wire = Wire.to(db.options(), db.vertx())) {
            var database = db.reached(wire.options(), InstantSource.system());
            await(database.awaitReady());
            wire.silence();
            Within.holds(Duration.ofSeconds(8), () -> database.downSince().isPresent());
            wire.mend();
            Within.holds(Duration.ofSeconds(8), () -> database.downSince().isEmpty());
            assertThat(await(database.query("SELECT 1", Tuple.tuple())).size()).isEqualTo(1);
        }
    }

    @Test
    void waiting_for_a_server_that_says_no_ends_with_a_sentence() {
        var wrong = db.reached(db.options().setPassword("guess"), InstantSource.system());
        assertThatThrownBy(() -> await(wrong.awaitReady()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageNotContaining("guess");
    }

    @Test
    void the_start_waits_for_a_server_that_is_not_there_yet() {
        try (var wire = Wire.to(db.options(), db.vertx())) {
            wire.cut();
            var database = db.reached(wire.options(), InstantSource.system());
            Future<Void> ready = database.awaitReady();
            await().during(Duration.ofMillis(700)).until(() -> !ready.isComplete());
            wire.mend();
            await(ready);
        }
    }

    @Test
    void a_node_of_its_own_verticle_outlives_it() {
        var database = db.database();
        String deployment = await(db.vertx().deployVerticle(context -> database.query("SELECT 1", Tuple.tuple())
                .mapEmpty()));
        await(db.vertx().undeploy(deployment));
        assertThat(ask("SELECT 'here'", Tuple.tuple())).isEqualTo("here");
    }

    private String ask(String sql, Tuple args) {
        return await(db.database().query(sql, args)).iterator().next().getString(0);
    }

    private boolean answers() {
        return await(
                db.database().query("SELECT 1", Tuple.tuple()).map(rows -> true).otherwise(false));
    }

    private long count(String table) {
        return await(db.database().query("SELECT count(*) FROM " + table, Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(Reason.DATABASE_UNAVAILABLE);
            assertThat(refusal.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        });
    }
}
