package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * People who leave. Whoever asks for it is out of everything at once, and the account waits for a while, in which its owner can sign in and keep it; then it goes with
 * all that belonged to it. What the trail says of it stays.
 */
public final class Departures {
    /** Somebody who waits already goes on waiting as long as was said. */
    static final String ASK =
            """
            UPDATE account
               SET leaves_at = now() + $2::bigint * interval '1 second'
             WHERE id = $1 AND locked_at IS NULL AND leaves_at IS NULL
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at, leaves_at
            """;

    static final String KEEP =
            """
            UPDATE account SET leaves_at = NULL WHERE id = $1 AND locked_at IS NULL AND leaves_at > now() RETURNING id
            """;

    static final String LEAVES = "SELECT leaves_at FROM account WHERE id = $1 AND leaves_at IS NOT NULL";

    /** Held by one caller; others pass it by. */
    static final String DUE =
            """
            SELECT id, username, email, roles, groups, made_at, password_changed_at, locked_at
              FROM account
             WHERE leaves_at <= now()
             ORDER BY leaves_at
             LIMIT 1
               FOR UPDATE SKIP LOCKED
            """;

    /** What a round does not reach, the next one does. */
    private static final int MOST_IN_A_ROUND = 1_000;

    private final Database database;
    private final Accounts accounts;
    private final AuditTrail trail;
    private final Letters letters;

    public Departures(Database database, Accounts accounts, AuditTrail trail, Letters letters) {
        this.database = database;
        this.accounts = accounts;
        this.trail = trail;
        this.letters = letters;
    }

    /** When it is over; empty where the account is gone, locked or leaving already. All sessions and tokens of it have ended. */
    public Future<Optional<Instant>> ask(UserId account, Duration grace, By by) {
        return accounts.signedOut(transaction -> asked(transaction, account, grace), by, "leaving")
                .compose(found -> found.isEmpty() ? Future.succeededFuture(Optional.empty()) : leaves(account));
    }

    private Future<Optional<Account>> asked(SqlConnection transaction, UserId account, Duration grace) {
        return transaction
                .preparedQuery(ASK)
                .execute(Tuple.of(account.value(), grace.toSeconds()))
                .compose(rows -> {
                    if (rows.size() == 0) return Future.succeededFuture(Optional.empty());
                    Row row = rows.iterator().next();
                    Instant leaves = row.getOffsetDateTime("leaves_at").toInstant();
                    return letters.leaving(transaction, account, leaves).map(Optional.of(Account.of(row)));
                });
    }

    /** Empty for those who stay. */
    public Future<Optional<Instant>> leaves(UserId account) {
        return database.query(LEAVES, Tuple.of(account.value())).map(rows -> first(rows)
                .map(row -> row.getOffsetDateTime("leaves_at"))
                .map(OffsetDateTime::toInstant));
    }

    /** False where the account does not leave, or is over. */
    public Future<Boolean> keep(UserId account, By by) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(KEEP)
                .execute(Tuple.of(account.value()))
                .compose(kept -> kept.size() == 0
                        ? Future.succeededFuture(false)
                        : trail.record(transaction, new AccountChanged(account, "kept", by.actor(), by.source()))
                                .compose(recorded -> letters.kept(transaction, account))
                                .map(true)));
    }

    /** How many are gone for good that were due. */
    public Future<Integer> round() {
        return round(0);
    }

    private Future<Integer> round(int before) {
        if (before == MOST_IN_A_ROUND) return Future.succeededFuture(before);
        return accounts.signedOut(this::due, By.SYSTEM, "deleted", Accounts::delete)
                .compose(gone -> gone.isPresent() ? round(before + 1) : Future.succeededFuture(before));
    }

    private Future<Optional<Account>> due(SqlConnection transaction) {
        return transaction.preparedQuery(DUE).execute().map(Departures::first).compose(found -> {
            if (found.isEmpty()) return Future.succeededFuture(Optional.empty());
            Account account = Account.of(found.get());
            return letters.gone(transaction, account.id()).map(Optional.of(account));
        });
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }
}
