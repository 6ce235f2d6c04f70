package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.MailLinks.Held;
import dev.gatehouse.identity.MailLinks.Link;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A password is forgotten: a link to the account's address, and there a new one. Nobody is signed in by that, and a second factor is asked for as ever. */
public final class PasswordResets {
    static final String BY_NAME = "SELECT id FROM account WHERE username_key = $1 AND locked_at IS NULL";

    /** An address that somebody has verified is theirs alone; where nobody has, each that claims it may be meant. */
    static final String BY_ADDRESS =
            """
            SELECT id, email_verified
              FROM account
             WHERE lower(email) = lower($1) AND locked_at IS NULL
             ORDER BY email_verified DESC, made_at DESC
             LIMIT 3
            """;

    static final String LOOK =
            """
            SELECT username
              FROM account
             WHERE id = $1 AND locked_at IS NULL AND lower(email) = lower($2) AND password_changed_at IS NOT DISTINCT FROM $3
            """;

    /** Whoever used the link reads the mails of that address. */
    static final String SET =
            """
            UPDATE account a
               SET password_hash = $2,
                   password_changed_at = now(),
                   email_verified = a.email_verified OR NOT EXISTS (
                       SELECT FROM account other
                        WHERE lower(other.email) = lower($3) AND other.email_verified AND other.id <> $1)
             WHERE a.id = $1 AND a.locked_at IS NULL AND lower(a.email) = lower($3) AND a.password_changed_at IS NOT DISTINCT FROM $4
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    private final Database database;
    private final Accounts accounts;
    private final Letters letters;
    private final MailLinks links;
    private final AuditTrail trail;
    private final String url;

    /** {@code url} is what browsers see. */
    public PasswordResets(
            Database database,
            Accounts accounts,
            Mails mails,
            Letters letters,
            AuditTrail trail,
            String url,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.accounts = accounts;
        this.letters = letters;
        this.links = new MailLinks(new OneTime(database), mails, random, clock);
        this.trail = trail;
        this.url = url;
    }

    /** A link that is good; {@code browser} is what was said when it was asked for. */
    public record Pending(UserId account, String username, String address, String browser) {
        /** Whether this is what the account is called, or where it gets its mails. */
        public boolean isCalled(String nameOrAddress) {
            return nameOrAddress.equalsIgnoreCase(username) || nameOrAddress.equalsIgnoreCase(address);
        }
    }

    /** Writes to whoever is meant, if anybody is. How long it takes tells who there is: nobody who asked may wait for it. */
    public Future<Void> ask(String nameOrAddress, String browser, By by) {
        if (!letters.areSent()) return Future.succeededFuture();
        return meant(nameOrAddress).compose(found -> Future.join(found.stream()
                        .map(account -> write(account, browser, by))
                        .toList())
                .mapEmpty());
    }

    private Future<List<UserId>> meant(String nameOrAddress) {
        Optional<Username> name = Username.find(nameOrAddress);
        Future<List<UserId>> byName = name.isEmpty()
                ? Future.succeededFuture(List.of())
                : database.query(BY_NAME, Tuple.of(name.get().key())).map(PasswordResets::ids);
        return byName.compose(found -> found.isEmpty() && nameOrAddress.indexOf('@') > 0
                ? database.query(BY_ADDRESS, Tuple.of(nameOrAddress)).map(PasswordResets::ofAddress)
                : Future.succeededFuture(found));
    }

    private static List<UserId> ids(Iterable<Row> rows) {
        var ids = new ArrayList<UserId>();
        for (Row row : rows) ids.add(new UserId(row.getString("id")));
        return ids;
    }

    private static List<UserId> ofAddress(Iterable<Row> rows) {
        var ids = new ArrayList<UserId>();
        for (Row row : rows) {
            ids.add(new UserId(row.getString("id")));
            if (row.getBoolean("email_verified")) break;
        }
        return ids;
    }

    private Future<Void> write(UserId account, String browser, By by) {
        return database.inTransaction(transaction -> MailLinks.hold(transaction, account)
                .compose(held -> held.flatMap(Held::address).isEmpty()
                        ? Future.succeededFuture(Optional.<String>empty())
                        : links.make(transaction, OneTime.Kind.MAIL_RESET, held.get(), Optional.empty(), browser))
                .compose(secret -> secret.isEmpty()
                        ? Future.succeededFuture()
                        : letters.reset(transaction, account, url + "/reset?key=" + secret.get())
                                .compose(written -> trail.record(
                                        transaction,
                                        new AccountChanged(account, "reset asked for", by.actor(), by.source())))));
    }

    /** Without using it up; empty where it leads nowhere, or no longer. */
    public Future<Optional<Pending>> look(String secret) {
        return links.look(OneTime.Kind.MAIL_RESET, secret)
                .compose(found -> found.isEmpty() ? Future.succeededFuture(Optional.empty()) : pending(found.get()));
    }

    private Future<Optional<Pending>> pending(Link link) {
        String address = link.address().orElseThrow();
        return database.query(LOOK, Tuple.of(link.account().value(), address, link.passwordChangedAtOrNull()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new Pending(
                                link.account(),
                                rows.iterator().next().getString("username"),
                                address,
                                link.browser())));
    }

    /**
     * Uses the link up: the new password is in force, whoever was signed in is out, everywhere, and the owner is told. Empty for all but one caller, and where the
     * account has changed since. Whether the password may be used is the caller's to ask first.
     */
    public Future<Optional<Account>> reset(String secret, Password password, By by) {
        return accounts.replacePassword(password, by, "password reset", (transaction, hash) -> links.take(
                        transaction, OneTime.Kind.MAIL_RESET, secret)
                .compose(link -> link.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : set(transaction, link.get(), hash)));
    }

    private Future<Optional<Account>> set(SqlConnection transaction, Link link, String hash) {
        var values =
                Tuple.of(link.account().value(), hash, link.address().orElseThrow(), link.passwordChangedAtOrNull());
        return transaction.preparedQuery(SET).execute(values).compose(rows -> {
            if (rows.size() == 0) return Future.succeededFuture(Optional.empty());
            Account account = Account.of(rows.iterator().next());
            return letters.passwordChanged(transaction, account.id()).map(Optional.of(account));
        });
    }
}
