package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What people say of themselves, or operators of them. Reading is one statement; a change and its line in the audit trail are one transaction. */
public final class Profiles {
    /** Nothing is told of somebody who is locked out. */
    static final String OF =
            """
            SELECT id, username, email, email_verified, profile, updated_at
              FROM account WHERE id = $1 AND locked_at IS NULL
            """;

    static final String FIND =
            "SELECT id, username, email, email_verified, profile, updated_at FROM account WHERE username_key = $1";

    static final String HOLD = "SELECT profile FROM account WHERE username_key = $1 FOR UPDATE";

    /** An address that changes has not been verified, unless this very change says so. */
    static final String CHANGE =
            """
            UPDATE account
               SET profile = $2,
                   email_verified = COALESCE($4::boolean, email_verified AND COALESCE($3::text = email, true)),
                   email = COALESCE($3::text, email),
                   updated_at = now()
             WHERE username_key = $1
            RETURNING id, username, email, email_verified, profile, updated_at
            """;

    /** In which language somebody is spoken and written to; none: as their browser asks. */
    static final String SPEAKS = "UPDATE account SET language = $2 WHERE id = $1 AND locked_at IS NULL";

    private final Database database;
    private final AuditTrail trail;

    public Profiles(Database database, AuditTrail trail) {
        this.database = database;
        this.trail = trail;
    }

    /** What is to be different; claims by their names, parts of the address as {@code address.locality}. */
    public record Change(
            Map<String, Object> set, Set<String> unset, Optional<EmailAddress> email, Optional<Boolean> emailVerified) {
        public Change {
            set = Map.copyOf(set);
            unset = Set.copyOf(unset);
        }

        public boolean isNothing() {
            return set.isEmpty() && unset.isEmpty() && email.isEmpty() && emailVerified.isEmpty();
        }
    }

    /** Empty when the account is gone or locked. */
    public Future<Optional<Profile>> of(UserId account) {
        return database.query(OF, Tuple.of(account.value())).map(Profiles::one);
    }

    /** Empty when nobody has the name. */
    public Future<Optional<Profile>> find(Username name) {
        return database.query(FIND, Tuple.of(name.key())).map(Profiles::one);
    }

    /** Empty when nobody has the name; refuses a value that its claim cannot have. */
    public Future<Optional<Profile>> change(Username name, Change change, By by) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(HOLD)
                .execute(Tuple.of(name.key()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.<Profile>empty())
                        : changed(transaction, rows.iterator().next(), name, change, by)));
    }

    /** A BCP 47 tag of a language that the house has. */
    public Future<Void> speaks(UserId account, Optional<String> tag, By by) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(SPEAKS)
                .execute(Tuple.of(account.value(), tag.orElse(null)))
                .compose(done ->
                        trail.record(transaction, new AccountChanged(account, "language", by.actor(), by.source()))));
    }

    private Future<Optional<Profile>> changed(
            SqlConnection transaction, Row held, Username name, Change change, By by) {
        JsonObject after = Profile.changed(held.getJsonObject("profile"), change.set(), change.unset());
        var values = Tuple.of(
                name.key(),
                after,
                change.email().map(EmailAddress::value).orElse(null),
                change.emailVerified().orElse(null));
        return transaction
                .preparedQuery(CHANGE)
                .execute(values)
                .map(rows -> Profile.of(rows.iterator().next()))
                .compose(profile -> trail.record(
                                transaction, new AccountChanged(profile.account(), "profile", by.actor(), by.source()))
                        .map(Optional.of(profile)));
    }

    private static Optional<Profile> one(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(Profile.of(rows.iterator().next()));
    }
}
