package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.store.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** A password that its owner changes: only over the one that was shown, so of two at once one is set. */
final class PasswordChanges {
    static final String CHANGE =
            """
            UPDATE account SET password_hash = $2, password_changed_at = now()
             WHERE id = $1 AND password_hash = $3 AND locked_at IS NULL
            """;

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

    /** Empty where the account was locked or its password changed since it was read. */
    Future<Optional<Boolean>> change(Candidate candidate, Password password, Source source) {
        var account = candidate.person().id();
        return hasher.hash(password)
                .compose(hash -> database.inTransaction(transaction -> transaction
                        .preparedQuery(CHANGE)
                        .execute(Tuple.of(
                                account.value(), hash, candidate.passwordHash().orElse(null)))
                        .compose(changed -> changed.rowCount() == 0
                                ? Future.succeededFuture(Optional.empty())
                                : trail.record(
                                                transaction,
                                                new AccountChanged(
                                                        account, "password", Optional.of(account.value()), source))
                                        .compose(recorded -> letters.passwordChanged(transaction, account))
                                        .map(Optional.of(true)))));
    }
}
