package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.BiFunction;

/** A password that its owner sets or changes: the first one where there is none, any other only over the one that was shown, so of two at once one is set. */
final class PasswordChanges {
    static final String CHANGE =
            """
            UPDATE account SET password_hash = $2, password_changed_at = now()
             WHERE id = $1 AND password_hash = $3 AND locked_at IS NULL
            """;

    static final String SET =
            """
            UPDATE account SET password_hash = $2, password_changed_at = now()
             WHERE id = $1 AND password_hash IS NULL AND locked_at IS NULL
            """;

    static final String IS_THERE = "SELECT password_hash IS NOT NULL AS is_there FROM account WHERE id = $1";

    private final Database database;
    private final PasswordHasher hasher;
    private final AuditTrail trail;
    private final Letters letters;

    PasswordChanges(House house) {
        this.database = house.database();
        this.hasher = house.hasher();
        this.trail = house.trail();
        this.letters = house.letters();
    }

    /** Whether the account has one. */
    Future<Boolean> isThere(UserId account) {
        return database.query(IS_THERE, Tuple.of(account.value()))
                .map(rows -> rows.size() == 1 && rows.iterator().next().getBoolean("is_there"));
    }

    /** Empty where the account was locked or its password changed since it was read. */
    Future<Optional<Boolean>> change(Candidate candidate, Password password, Source source) {
        var account = candidate.person().id();
        String before = candidate.passwordHash().orElse(null);
        return hasher.hash(password)
                .compose(hash -> written(
                        CHANGE, Tuple.of(account.value(), hash, before), account, source, letters::passwordChanged))
                .map(done -> done ? Optional.of(true) : Optional.empty());
    }

    /** The first one; false where there is one by now, or the account was locked. */
    Future<Boolean> set(UserId account, Password password, Source source) {
        return hasher.hash(password)
                .compose(hash -> written(SET, Tuple.of(account.value(), hash), account, source, letters::passwordSet));
    }

    /** All or nothing: the password, its line in the trail, and the letter to the owner. */
    private Future<Boolean> written(
            String statement,
            Tuple values,
            UserId account,
            Source source,
            BiFunction<SqlConnection, UserId, Future<Void>> letter) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(statement)
                .execute(values)
                .compose(done -> done.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : trail.record(
                                        transaction,
                                        new AccountChanged(account, "password", Optional.of(account.value()), source))
                                .compose(recorded -> letter.apply(transaction, account))
                                .map(true)));
    }
}
