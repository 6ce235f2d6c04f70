package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SweepTest {
    private static final String LONG_AGO = "now() - interval '2 hours'";
    /** Wrong passwords are known for a day longer. */
    private static final String DAYS_AGO = "now() - interval '26 hours'";

    private static final String JUST_NOW = "now() - interval '10 minutes'";
    private static final String LATER = "now() + interval '1 hour'";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    @BeforeEach
    void somebody_lives_here() {
        sql("INSERT INTO account (id, username, username_key) VALUES ('alice', 'alice', 'alice')");
    }

    @Test
    void rows_leave_an_hour_after_they_expire_and_failures_a_day_later() {
        for (String expiry : new String[] {LONG_AGO, JUST_NOW, LATER}) {
            String id = "md5(random()::text)";
            sql("INSERT INTO login_failure VALUES (" + id + ", 1, " + (expiry.equals(LONG_AGO) ? DAYS_AGO : expiry)
                    + ")");
            sql("INSERT INTO known_address VALUES ('alice', " + id + ", " + expiry + ")");
            sql("INSERT INTO known_device VALUES ('alice', decode(" + id + ", 'hex'), " + expiry + ")");
            sql("INSERT INTO session (id, account_id, expires_at) VALUES (" + id + ", 'alice', " + expiry + ")");
            sql("INSERT INTO revocation (kind, value, expires_at) VALUES ('token', " + id + ", " + expiry + ")");
        }
        assertThat(round()).isEqualTo(5);
        for (String table : new String[] {"login_failure", "known_address", "known_device", "session", "revocation"}) {
            assertThat(count(table)).as(table).isEqualTo(2);
        }
        assertThat(round()).isZero();
    }

    @Test
    void families_leave_after_the_day_on_which_they_end_and_before_their_session() {
        sql("INSERT INTO session (id, account_id, expires_at, ended_at) VALUES ('ended', 'alice', " + LONG_AGO
                + ", now())");
        family("idle", "ended", "now() - interval '26 hours'");
        family("living", "ended", LATER);
        assertThat(round()).isEqualTo(1);
        assertThat(count("refresh_family")).isEqualTo(1);
        assertThat(count("session"))
                .as("an ended session stays known while a family could live on from it")
                .isEqualTo(1);
        sql("UPDATE refresh_family SET idle_until = now() - interval '26 hours'");
        assertThat(round()).isEqualTo(2);
        assertThat(count("session") + count("refresh_family")).isZero();
    }

    @Test
    void many_rows_leave_in_small_batches() {
        sql("INSERT INTO login_failure SELECT n::text, 1, " + DAYS_AGO + " FROM generate_series(1, 2500) n");
        sql("INSERT INTO login_failure SELECT 'late ' || n, 1, " + LATER + " FROM generate_series(1, 10) n");
        assertThat(await(db.database().query(Sweep.LOGIN_FAILURES, Tuple.of(1_000)))
                        .rowCount())
                .isEqualTo(1_000);
        assertThat(round()).isEqualTo(1_500);
        assertThat(count("login_failure")).isEqualTo(10);
    }

    @Test
    void rows_that_somebody_holds_are_left_for_the_next_round() {
        sql("INSERT INTO login_failure VALUES ('held', 1, " + DAYS_AGO + "), ('free', 1, " + DAYS_AGO + ")");
        int gone = await(db.database().inTransaction(holding -> holding.query(
                        "SELECT 1 FROM login_failure WHERE username_key = 'held' FOR UPDATE")
                .execute()
                .compose(held -> new Sweep(db.another()).round())));
        assertThat(gone).isEqualTo(1);
        assertThat(round()).isEqualTo(1);
    }

    @Test
    void the_audit_trail_stays() {
        sql("INSERT INTO audit_event (at, kind) VALUES (now() - interval '10 years', 'logged_in')");
        assertThat(round()).isZero();
        assertThat(count("audit_event")).isEqualTo(1);
    }

    private void family(String id, String session, String idleUntil) {
        sql(
                "INSERT INTO refresh_family (id, session_id, account_id, client_id, scopes, audience, expires_at, current_hash, idle_until) VALUES ('%s', '%s', 'alice', 'gatehouse', '{}', '{}', now() + interval '90 days', '', %s)"
                        .formatted(id, session, idleUntil));
    }

    private int round() {
        return await(new Sweep(db.database()).round());
    }

    private void sql(String statement) {
        await(db.database().query(statement, Tuple.tuple()));
    }

    private long count(String table) {
        return await(db.database().query("SELECT count(*) FROM " + table, Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }
}
