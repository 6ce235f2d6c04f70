package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.SetupLinkMade;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Who has the role {@code admin}: the first of them is made by a link that the host shows, by the environment or by a command, and the last of them stays (the schema
 * sees to that). Whoever runs the host gets in again by a link to a new password (decision 0211).
 */
public final class Administrators {
    public static final String ROLE = "admin";

    /** How long a link is good. */
    public static final Duration LIFETIME = Duration.ofMinutes(30);

    /** Where links lead. */
    public static final String PATH = "/account/setup";

    static final String THERE =
            """
            SELECT EXISTS (SELECT FROM account WHERE 'admin' = ANY (roles) AND locked_at IS NULL AND leaves_at IS NULL) AS there
            """;

    static final String LIST =
            """
            SELECT id, username, email, roles, groups, made_at, password_changed_at, locked_at
              FROM account WHERE 'admin' = ANY (roles) ORDER BY username_key LIMIT 1000
            """;

    /** Whoever makes the first holds it to the end of the transaction, and so does whoever removes one. */
    static final String LOCK = "SELECT pg_advisory_xact_lock(7160311284206143812)";

    static final String OTHERS =
            """
            SELECT EXISTS (
                   SELECT FROM account WHERE 'admin' = ANY (roles) AND locked_at IS NULL AND leaves_at IS NULL AND id <> $1) AS there
            """;

    static final String PUT =
            """
            INSERT INTO setup_link (hash, account_id, expires_at) VALUES ($1, $2, now() + $3::bigint * interval '1 second')
            """;

    /** A link to the first account leads nowhere once somebody administers the house. */
    static final String LOOK =
            """
            SELECT a.username
              FROM setup_link l
              LEFT JOIN account a ON a.id = l.account_id
             WHERE l.hash = $1 AND l.expires_at > now()
               AND (l.account_id IS NOT NULL OR NOT EXISTS (
                    SELECT FROM account WHERE 'admin' = ANY (roles) AND locked_at IS NULL AND leaves_at IS NULL))
            """;

    static final String TAKE_FIRST =
            """
            DELETE FROM setup_link
             WHERE hash = $1 AND account_id IS NULL AND expires_at > now()
               AND NOT EXISTS (
                   SELECT FROM account WHERE 'admin' = ANY (roles) AND locked_at IS NULL AND leaves_at IS NULL AND id <> $2)
            """;

    static final String FORGET_FIRST = "DELETE FROM setup_link WHERE account_id IS NULL";

    /** Takes the link and does what it is for: whoever was locked, about to leave or without the role administers again. */
    static final String RECOVER =
            """
            WITH link AS (
                DELETE FROM setup_link WHERE hash = $1 AND account_id IS NOT NULL AND expires_at > now() RETURNING account_id
            )
            UPDATE account a
               SET password_hash = $2,
                   password_changed_at = now(),
                   locked_at = NULL,
                   leaves_at = NULL,
                   roles = CASE WHEN 'admin' = ANY (roles) THEN roles ELSE array_append(roles, 'admin') END
              FROM link
             WHERE a.id = link.account_id
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Database database;
    private final Accounts accounts;
    private final AuditTrail trail;
    private final String url;
    private final SecureRandom random;

    /** {@code url} is what browsers see. */
    public Administrators(Database database, Accounts accounts, AuditTrail trail, String url, SecureRandom random) {
        this.database = database;
        this.accounts = accounts;
        this.trail = trail;
        this.url = url;
        this.random = random;
    }

    /** Somebody to be made. */
    public record Applicant(Username name, Password password, Optional<EmailAddress> email, List<String> roles) {
        /** {@code roles} are those that everybody gets. */
        public Applicant {
            var all = new LinkedHashSet<>(roles);
            all.add(ROLE);
            roles = List.copyOf(all);
        }
    }

    /** A link that is good; {@code username} is whose password it sets, absent where it makes the first administrator. */
    public record Pending(Optional<String> username) {}

    /** Whether anybody administers the house: a locked account does not. */
    public Future<Boolean> anyThere() {
        return database.query(THERE, Tuple.tuple()).map(Administrators::there);
    }

    /** Everybody with the role, locked or not. */
    public Future<List<Account>> list() {
        return database.query(LIST, Tuple.tuple()).map(rows -> {
            var found = new ArrayList<Account>();
            for (Row row : rows) found.add(Account.of(row));
            return List.copyOf(found);
        });
    }

    /** A link to the first administrator's account; empty where there is one. */
    public Future<Optional<String>> firstLink(Source source) {
        return anyThere()
                .compose(there -> there
                        ? Future.succeededFuture(Optional.empty())
                        : link(Optional.empty(), source).map(Optional::of));
    }

    /** A link to a new password for an account, which administers the house from its use on. */
    public Future<String> recoveryLink(UserId account, Source source) {
        return link(Optional.of(account), source);
    }

    private Future<String> link(Optional<UserId> account, Source source) {
        String secret = RandomText.of(random, 32);
        var values = Tuple.of(OneTime.hash(secret), account.map(UserId::value).orElse(null), LIFETIME.toSeconds());
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(PUT)
                        .execute(values)
                        .compose(put -> trail.record(transaction, new SetupLinkMade(account, source))))
                .map(recorded -> url + PATH + "?key=" + secret);
    }

    /** Without using it up; empty where it leads nowhere, or no longer. */
    public Future<Optional<Pending>> look(String secret) {
        if (!SHAPE.matcher(secret).matches()) return Future.succeededFuture(Optional.empty());
        return database.query(LOOK, Tuple.of(OneTime.hash(secret)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new Pending(
                                Optional.ofNullable(rows.iterator().next().getString("username")))));
    }

    /** Uses a link up: for one caller, over all nodes and all links that were shown. Refused with {@code link_over} for everybody else. */
    public Future<Account> makeFirst(
            String secret, Applicant who, By by, BiFunction<SqlConnection, Account, Future<Void>> with) {
        return accounts.add(
                who.name(), who.password(), who.email(), who.roles(), by, (transaction, account) -> lock(transaction)
                        .compose(locked -> transaction
                                .preparedQuery(TAKE_FIRST)
                                .execute(Tuple.of(
                                        OneTime.hash(secret), account.id().value())))
                        .compose(taken -> taken.rowCount() == 1
                                ? transaction.preparedQuery(FORGET_FIRST).execute()
                                : Future.failedFuture(over()))
                        .compose(forgotten -> with.apply(transaction, account)));
    }

    /** Where nobody administers the house yet; empty where somebody does, or another node was faster. */
    public Future<Optional<Account>> makeFirst(Applicant who, By by) {
        return anyThere().compose(there -> there ? Future.succeededFuture(Optional.empty()) : madeUnlessThere(who, by));
    }

    private Future<Optional<Account>> madeUnlessThere(Applicant who, By by) {
        return accounts.add(who.name(), who.password(), who.email(), who.roles(), by, this::alone)
                .map(Optional::of)
                .recover(failure -> failure instanceof Refusal
                        ? anyThere()
                                .compose(there ->
                                        there ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(failure))
                        : Future.failedFuture(failure));
    }

    private Future<Void> alone(SqlConnection transaction, Account account) {
        return lock(transaction)
                .compose(locked -> transaction
                        .preparedQuery(OTHERS)
                        .execute(Tuple.of(account.id().value())))
                .compose(rows -> there(rows)
                        ? Future.failedFuture(over())
                        : transaction.preparedQuery(FORGET_FIRST).execute().mapEmpty());
    }

    /** A new password by a link, for one caller; whoever was signed in is out, everywhere. Empty where the link is over. */
    public Future<Optional<Account>> recover(
            String secret, Password password, By by, BiFunction<SqlConnection, Account, Future<Void>> with) {
        return accounts.replacePassword(password, by, "administrator recovered", (transaction, hash) -> transaction
                .preparedQuery(RECOVER)
                .execute(Tuple.of(OneTime.hash(secret), hash))
                .compose(rows -> {
                    if (rows.size() == 0) return Future.succeededFuture(Optional.empty());
                    Account account = Account.of(rows.iterator().next());
                    return with.apply(transaction, account).map(Optional.of(account));
                }));
    }

    private static Future<Void> lock(SqlConnection transaction) {
        return transaction.preparedQuery(LOCK).execute().mapEmpty();
    }

    private static boolean there(Iterable<Row> rows) {
        return rows.iterator().next().getBoolean("there");
    }

    public static Refusal over() {
        return Reason.LINK_OVER.because(
                "It was used before, it is older than half an hour, or somebody administers this house by now.");
    }
}
