package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditEvent.AccountDeleted;
import dev.gatehouse.audit.AuditEvent.AccountMade;
import dev.gatehouse.audit.AuditEvent.Revoked;
import dev.gatehouse.audit.AuditEvent.SecondFactorRemoved;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people of the house: made, found, changed, locked, sent away. Every change and its line in the audit trail are one transaction. A name that nobody has gives
 * an empty answer, not a failure.
 */
public final class Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);

    static final String ADD =
            """
            INSERT INTO account (id, username, username_key, email, email_verified, password_hash, password_changed_at, roles, groups, terms_version, terms_accepted_at)
            VALUES ($1, $2, $3, $4::text,
                    $5::boolean AND NOT EXISTS (SELECT FROM account other WHERE lower(other.email) = lower($4::text) AND other.email_verified),
                    $6::text, CASE WHEN $6::text IS NOT NULL THEN now() END, $7, $8, $9::text, CASE WHEN $9::text IS NOT NULL THEN now() END)
            ON CONFLICT (username_key) DO NOTHING
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String FIND =
            """
            SELECT id, username, email, roles, groups, made_at, password_changed_at, locked_at FROM account WHERE username_key = $1
            """;

    static final String LIST =
            """
            SELECT id, username, email, roles, groups, made_at, password_changed_at, locked_at
              FROM account WHERE username_key > $1 ORDER BY username_key LIMIT $2
            """;

    static final String SET_PASSWORD =
            """
            UPDATE account SET password_hash = $2, password_changed_at = now() WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    /** Hashes that came from elsewhere and were not replaced yet; a few stand for their kinds. */
    static final String FROM_ELSEWHERE =
            """
            SELECT password_hash FROM account
             WHERE password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'
             ORDER BY id LIMIT 8
            """;

    /** The name's, and those that are counted for browsers and addresses by which the account is known (decision 0286). */
    static final String FORGET_FAILURES =
            """
            DELETE FROM login_failure
             WHERE username_key IN (
                   SELECT $1::text
                    UNION ALL
                   SELECT counted_from(a.username_key, k.address)
                     FROM account a JOIN known_address k ON k.account_id = a.id
                    WHERE a.username_key = $1
                    UNION ALL
                   SELECT counted_in(a.username_key, d.device_hash)
                     FROM account a JOIN known_device d ON d.account_id = a.id
                    WHERE a.username_key = $1)
            """;

    static final String ADD_ROLE =
            """
            UPDATE account SET roles = array_append(array_remove(roles, $2), $2) WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String REMOVE_ROLE =
            """
            UPDATE account SET roles = array_remove(roles, $2) WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String ADD_GROUP =
            """
            UPDATE account SET groups = array_append(array_remove(groups, $2), $2) WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String REMOVE_GROUP =
            """
            UPDATE account SET groups = array_remove(groups, $2) WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String LOCK =
            """
            UPDATE account SET locked_at = COALESCE(locked_at, now()) WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String UNLOCK =
            """
            UPDATE account SET locked_at = NULL WHERE username_key = $1
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    static final String HOLD =
            """
            SELECT id, username, email, roles, groups, made_at, password_changed_at, locked_at
              FROM account WHERE username_key = $1 FOR UPDATE
            """;

    static final String FORGET_FACTORS =
            """
            WITH app AS (DELETE FROM totp WHERE account_id = $1),
                 codes AS (DELETE FROM recovery_code WHERE account_id = $1)
            DELETE FROM passkey WHERE account_id = $1
            """;

    /** Sessions, families, factors and links go with it. */
    static final String DELETE = "DELETE FROM account WHERE id = $1";

    /** No access token lives longer (a bound of the setting {@code tokens.access}), and a little more: so long must a revocation be remembered. */
    public static final Duration LONGEST_TOKEN = Duration.ofDays(1).plusMinutes(5);

    /** Most accounts that one page of a list has. */
    public static final int LONGEST_PAGE = 1000;

    private final Database database;
    private final AuditTrail trail;
    private final PasswordHasher hasher;
    private final Consumer<Revocation> learn;
    private final SecureRandom random;

    /** {@code learn} hears of revocations once they are on disk: {@code revocations::learn} in a gate, nothing in a command line beside one. */
    public Accounts(
            Database database,
            AuditTrail trail,
            PasswordHasher hasher,
            Consumer<Revocation> learn,
            SecureRandom random) {
        this.database = database;
        this.trail = trail;
        this.hasher = hasher;
        this.learn = learn;
        this.random = random;
    }

    /** Who changes something, and from where; {@code actor} is absent for people who register themselves. */
    public record By(Optional<String> actor, Source source) {
        public static final By CLI = new By(Optional.empty(), Source.CLI);
        public static final By SYSTEM = new By(Optional.empty(), Source.SYSTEM);

        public static By themselves(Source source) {
            return new By(Optional.empty(), source);
        }
    }

    /** Refuses with {@code username_taken} a name that differs from another by case at most. Whether the password may be used is the caller's to ask first. */
    public Future<Account> add(
            Username name, Password password, Optional<EmailAddress> email, List<String> roles, By by) {
        return add(Newcomer.of(name, password, email, roles), by);
    }

    /** The same, and what else is to happen with it or not at all. */
    public Future<Account> add(
            Username name,
            Password password,
            Optional<EmailAddress> email,
            List<String> roles,
            By by,
            BiFunction<SqlConnection, Account, Future<Void>> with) {
        return add(
                Newcomer.of(name, password, email, roles), by, transaction -> Future.succeededFuture(List.of()), with);
    }

    public Future<Account> add(Newcomer newcomer, By by) {
        return add(
                newcomer,
                by,
                transaction -> Future.succeededFuture(List.of()),
                (transaction, account) -> Future.succeededFuture());
    }

    /** The same, with what has to happen before, of which more roles may come, and what after, or nothing at all. */
    Future<Account> add(
            Newcomer newcomer,
            By by,
            Function<SqlConnection, Future<List<String>>> before,
            BiFunction<SqlConnection, Account, Future<Void>> after) {
        return hash(newcomer.password())
                .compose(hash -> database.inTransaction(transaction -> before.apply(transaction)
                        .map(newcomer::with)
                        .compose(made -> transaction.preparedQuery(ADD).execute(values(made, hash)))
                        .map(rows -> one(rows)
                                .orElseThrow(
                                        () -> Reason.USERNAME_TAKEN.because("That name is taken; choose another.")))
                        .compose(account -> recorded(
                                transaction,
                                account,
                                new AccountMade(account.id(), newcomer.name().value(), by.actor(), by.source())))
                        .compose(account -> after.apply(transaction, account).map(account))));
    }

    private Future<Optional<String>> hash(Optional<Password> password) {
        return password.map(text -> hasher.hash(text).map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Tuple values(Newcomer newcomer, Optional<String> hash) {
        return Tuple.tuple()
                .addString(RandomText.of(random, 16))
                .addString(newcomer.name().value())
                .addString(newcomer.name().key())
                .addString(newcomer.email().map(EmailAddress::value).orElse(null))
                .addBoolean(newcomer.emailVerified())
                .addString(hash.orElse(null))
                .addArrayOfString(newcomer.roles().toArray(String[]::new))
                .addArrayOfString(newcomer.groups().toArray(String[]::new))
                .addString(newcomer.terms().orElse(null));
    }

    public Future<Optional<Account>> find(Username name) {
        return database.query(FIND, Tuple.of(name.key())).map(Accounts::one);
    }

    /** A page of accounts in the order of their names, those after {@code after}. */
    public Future<List<Account>> list(Optional<Username> after, int limit) {
        int bounded = Math.min(Math.max(1, limit), LONGEST_PAGE);
        return database.query(LIST, Tuple.of(after.map(Username::key).orElse(""), bounded))
                .map(rows -> {
                    var accounts = new ArrayList<Account>();
                    for (Row row : rows) accounts.add(Account.of(row));
                    return accounts;
                });
    }

    /** The same, and what else is to happen with it or not at all. */
    public Future<Optional<Account>> setPassword(
            Username name, Password password, By by, BiFunction<SqlConnection, Account, Future<Void>> with) {
        return replacePassword(password, by, "password", (transaction, hash) -> transaction
                .preparedQuery(SET_PASSWORD)
                .execute(Tuple.of(name.key(), hash))
                .map(Accounts::one)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : with.apply(transaction, found.get()).map(found)));
    }

    /** Also signs the person out everywhere and forgives wrong passwords: whoever knew the old one is out. */
    public Future<Optional<Account>> setPassword(Username name, Password password, By by) {
        return setPassword(name, password, by, (transaction, account) -> Future.succeededFuture());
    }

    /** Finds hashes that came from elsewhere and begins to meet their kinds, before somebody who guesses names does. */
    public Future<Void> meetHashes() {
        return database.query(FROM_ELSEWHERE, Tuple.tuple()).map(rows -> {
            var hashes = new ArrayList<String>();
            for (Row row : rows) hashes.add(row.getString("password_hash"));
            hasher.meet(hashes).onFailure(failure -> LOG.warn("hashes from elsewhere were not met", failure));
            return null;
        });
    }

    public Future<Optional<Account>> addRole(Username name, String role, By by) {
        return changed(ADD_ROLE, Tuple.of(name.key(), role), by, "roles");
    }

    public Future<Optional<Account>> removeRole(Username name, String role, By by) {
        return changed(REMOVE_ROLE, Tuple.of(name.key(), role), by, "roles");
    }

    public Future<Optional<Account>> addGroup(Username name, String group, By by) {
        return changed(ADD_GROUP, Tuple.of(name.key(), group), by, "groups");
    }

    public Future<Optional<Account>> removeGroup(Username name, String group, By by) {
        return changed(REMOVE_GROUP, Tuple.of(name.key(), group), by, "groups");
    }

    /** Nobody signs in to a locked account, and whoever is signed in is out. */
    public Future<Optional<Account>> lock(Username name, By by) {
        return signedOut(LOCK, Tuple.of(name.key()), by, "locked");
    }

    public Future<Optional<Account>> unlock(Username name, By by) {
        return changed(UNLOCK, Tuple.of(name.key()), by, "unlocked");
    }

    /** Signs the person out everywhere; they may sign in again. */
    public Future<Optional<Account>> revoke(Username name, By by) {
        return signedOut(HOLD, Tuple.of(name.key()), by, "revoked");
    }

    /** The account is gone with all that hangs on it, and whoever is signed in is out; its lines in the trail stay. */
    public Future<Optional<Account>> delete(Username name, By by) {
        return signedOut(
                transaction -> transaction
                        .preparedQuery(HOLD)
                        .execute(Tuple.of(name.key()))
                        .map(Accounts::one),
                by,
                "deleted",
                Accounts::delete);
    }

    /** For somebody who has lost what they prove beside a password: authenticator app, recovery codes and passkeys count no more, and whoever is signed in is out. */
    public Future<Optional<Account>> resetFactors(Username name, By by, Owners owners) {
        return signedOut(
                transaction -> transaction
                        .preparedQuery(HOLD)
                        .execute(Tuple.of(name.key()))
                        .map(Accounts::one),
                by,
                "factors",
                (transaction, account) -> transaction
                        .preparedQuery(FORGET_FACTORS)
                        .execute(Tuple.of(account.id().value()))
                        .compose(gone -> owners.hear(
                                transaction, new SecondFactorRemoved(account.id(), "every", by.actor(), by.source()))));
    }

    private Future<Optional<Account>> changed(String statement, Tuple values, By by, String what) {
        return database.inTransaction(transaction -> transaction
                .preparedQuery(statement)
                .execute(values)
                .map(Accounts::one)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : recorded(transaction, found.get(), event(found.get(), what, by))
                                .map(Optional::of)));
    }

    /** A password that comes with a proof of its own: {@code set} is given its hash, and what it answers is who is signed out everywhere and forgiven wrong passwords. */
    Future<Optional<Account>> replacePassword(
            Password password, By by, String what, BiFunction<SqlConnection, String, Future<Optional<Account>>> set) {
        return hasher.hash(password)
                .compose(hash -> signedOut(transaction -> set.apply(transaction, hash), by, what))
                .compose(account -> account.isEmpty()
                        ? Future.succeededFuture(account)
                        : database.query(
                                        FORGET_FAILURES,
                                        Tuple.of(account.get().username().key()))
                                .map(account));
    }

    private Future<Optional<Account>> signedOut(String statement, Tuple values, By by, String what) {
        return signedOut(
                transaction ->
                        transaction.preparedQuery(statement).execute(values).map(Accounts::one),
                by,
                what);
    }

    Future<Optional<Account>> signedOut(Function<SqlConnection, Future<Optional<Account>>> change, By by, String what) {
        return signedOut(change, by, what, (transaction, account) -> Future.succeededFuture());
    }

    /** {@code last} comes when everybody is out and the trail knows. */
    Future<Optional<Account>> signedOut(
            Function<SqlConnection, Future<Optional<Account>>> change,
            By by,
            String what,
            BiFunction<SqlConnection, Account, Future<Void>> last) {
        record Done(Optional<Account> account, List<Revocation> revocations) {}
        return database.inTransaction(transaction -> change.apply(transaction)
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(new Done(found, List.of()))
                                : SignedOut.everywhere(transaction, found.get().id())
                                        .compose(ended -> recorded(
                                                        transaction, found.get(), event(found.get(), what, by))
                                                .compose(account -> last.apply(transaction, account)
                                                        .map(account))
                                                .map(account -> new Done(Optional.of(account), ended)))))
                .map(done -> {
                    done.revocations().forEach(learn);
                    return done.account();
                });
    }

    private static AuditEvent event(Account account, String what, By by) {
        return switch (what) {
            case "revoked" -> new Revoked("subject", account.id().value(), by.actor(), by.source());
            case "factors" -> new SecondFactorRemoved(account.id(), "every", by.actor(), by.source());
            case "deleted" ->
                new AccountDeleted(account.id(), account.username().value(), by.actor(), by.source());
            default -> new AccountChanged(account.id(), what, by.actor(), by.source());
        };
    }

    static Future<Void> delete(SqlConnection transaction, Account account) {
        return transaction
                .preparedQuery(DELETE)
                .execute(Tuple.of(account.id().value()))
                .mapEmpty();
    }

    private Future<Account> recorded(SqlConnection transaction, Account account, AuditEvent event) {
        return trail.record(transaction, event).map(account);
    }

    private static Optional<Account> one(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(Account.of(rows.iterator().next()));
    }
}
