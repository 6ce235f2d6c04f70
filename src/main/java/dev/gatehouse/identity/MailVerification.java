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
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose a mail address is: found out by a link that is sent there. An address has one account that has verified it, however many claim it. */
public final class MailVerification {

    static final String OWNER =
            """
            SELECT id FROM account WHERE lower(email) = lower($1) AND email_verified AND id <> $2 AND locked_at IS NULL LIMIT 1
            """;

    static final String LOOK =
            """
            SELECT username
              FROM account
             WHERE id = $1 AND locked_at IS NULL AND lower(email) IS NOT DISTINCT FROM lower($2)
               AND password_changed_at IS NOT DISTINCT FROM $3
            """;

    static final String CONFIRM =
            """
            UPDATE account a
               SET email = $4, email_verified = true, updated_at = now()
             WHERE a.id = $1 AND a.locked_at IS NULL AND lower(a.email) IS NOT DISTINCT FROM lower($2)
               AND a.password_changed_at IS NOT DISTINCT FROM $3
               AND NOT EXISTS (
                   SELECT FROM account other WHERE lower(other.email) = lower($4) AND other.email_verified AND other.id <> $1)
            RETURNING id, username, email, roles, groups, made_at, password_changed_at, locked_at
            """;

    private final Database database;
    private final Mails mails;
    private final Letters letters;
    private final MailLinks links;
    private final AuditTrail trail;
    private final String url;

    /** {@code url} is what browsers see. */
    public MailVerification(
            Database database,
            Mails mails,
            Letters letters,
            AuditTrail trail,
            String url,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.mails = mails;
        this.letters = letters;
        this.links = new MailLinks(new OneTime(database), mails, random, clock);
        this.trail = trail;
        this.url = url;
    }

    /** A link that is good. {@code address} is what will be verified; {@code browser} is what was said when it was asked for. */
    public record Pending(UserId account, String username, String address, boolean isChange, String browser) {}

    /** For {@link Accounts#add}: the new account's owner is sent a link, or, where the address is another's, that other is told. */
    public Future<Void> registered(
            SqlConnection transaction, Account account, @Nullable String language, String browser) {
        Future<?> speaks = language == null
                ? Future.succeededFuture()
                : transaction
                        .preparedQuery(Profiles.SPEAKS)
                        .execute(Tuple.of(account.id().value(), language));
        return speaks.compose(done -> account.email().isEmpty() || !letters.areSent()
                ? Future.succeededFuture()
                : toNew(transaction, account, browser));
    }

    private Future<Void> toNew(SqlConnection transaction, Account account, String browser) {
        String address = account.email().orElseThrow();
        return owner(transaction, address, account.id())
                .compose(owner -> owner.isPresent()
                        ? known(transaction, owner.get(), address)
                        : verify(transaction, account.id(), browser).mapEmpty());
    }

    /** Somebody registered a name that is taken, with this address: its owner hears of it as if the name had been free. */
    public Future<Void> notRegistered(String address) {
        if (!letters.areSent()) return Future.succeededFuture();
        return database.inTransaction(transaction -> owner(transaction, address, new UserId("-"))
                .compose(owner ->
                        owner.isPresent() ? known(transaction, owner.get(), address) : Future.succeededFuture()));
    }

    private Future<Void> known(SqlConnection transaction, UserId owner, String address) {
        return mails.count(transaction, owner, address, "known")
                .compose(many -> many >= MailLinks.MOST_AN_HOUR
                        ? Future.succeededFuture()
                        : letters.alreadyKnown(transaction, owner));
    }

    private static Future<Optional<UserId>> owner(SqlConnection transaction, String address, UserId besides) {
        return transaction
                .preparedQuery(OWNER)
                .execute(Tuple.of(address, besides.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new UserId(rows.iterator().next().getString("id"))));
    }

    /** Once more; false where there is nothing to verify, or too many mails went there already. */
    public Future<Boolean> sendAgain(UserId account, String browser) {
        return database.inTransaction(transaction -> verify(transaction, account, browser));
    }

    private Future<Boolean> verify(SqlConnection transaction, UserId account, String browser) {
        return MailLinks.hold(transaction, account)
                .map(held -> held.filter(there -> there.address().isPresent() && !there.verified()))
                .compose(held -> held.isEmpty() || !letters.areSent()
                        ? Future.succeededFuture(Optional.<String>empty())
                        : links.make(transaction, OneTime.Kind.MAIL_VERIFY, held.get(), Optional.empty(), browser))
                .compose(secret -> secret.isEmpty()
                        ? Future.succeededFuture(false)
                        : letters.verify(transaction, account, address(secret.get()))
                                .map(true));
    }

    /**
     * Sends a link to the address that the account is to have; until it is used the account keeps the one it has. Whoever asks has given a fresh proof. Nothing is sent
     * where too many mails went there already, and another who has verified the address is told instead: whoever asks hears of neither.
     */
    public Future<Void> change(UserId account, EmailAddress to, String browser) {
        if (!letters.areSent()) return Future.succeededFuture();
        return database.inTransaction(transaction -> MailLinks.hold(transaction, account)
                .compose(held -> held.isEmpty()
                        ? Future.<Void>succeededFuture()
                        : owner(transaction, to.value(), account)
                                .compose(owner -> owner.isPresent()
                                        ? known(transaction, owner.get(), to.value())
                                        : change(transaction, held.get(), to, browser))));
    }

    private Future<Void> change(SqlConnection transaction, Held held, EmailAddress to, String browser) {
        return links.make(transaction, OneTime.Kind.MAIL_CHANGE, held, Optional.of(to.value()), browser)
                .compose(secret -> secret.isEmpty()
                        ? Future.succeededFuture()
                        : letters.change(transaction, held.account(), to, address(secret.get())));
    }

    private String address(String secret) {
        return url + "/verify?key=" + secret;
    }

    /** Without using it up; empty where it leads nowhere, or no longer. */
    public Future<Optional<Pending>> look(String secret) {
        return links.look(OneTime.Kind.MAIL_VERIFY, secret)
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found)
                        : links.look(OneTime.Kind.MAIL_CHANGE, secret))
                .compose(found -> found.isEmpty() ? Future.succeededFuture(Optional.empty()) : pending(found.get()));
    }

    private Future<Optional<Pending>> pending(Link link) {
        var values = Tuple.of(link.account().value(), link.address().orElse(null), link.passwordChangedAtOrNull());
        return database.query(LOOK, values)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new Pending(
                                link.account(),
                                rows.iterator().next().getString("username"),
                                link.next().or(link::address).orElseThrow(),
                                link.next().isPresent(),
                                link.browser())));
    }

    /** Uses the link up. Empty for all but one caller, where the account has changed since, and where another has verified the address meanwhile. */
    public Future<Optional<Account>> confirm(String secret, By by) {
        return database.inTransaction(transaction -> links.take(transaction, OneTime.Kind.MAIL_VERIFY, secret)
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(found)
                        : links.take(transaction, OneTime.Kind.MAIL_CHANGE, secret))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : confirmed(transaction, found.get(), by)));
    }

    private Future<Optional<Account>> confirmed(SqlConnection transaction, Link link, By by) {
        var values = Tuple.of(
                link.account().value(),
                link.address().orElse(null),
                link.passwordChangedAtOrNull(),
                link.next().or(link::address).orElseThrow());
        return transaction.preparedQuery(CONFIRM).execute(values).compose(rows -> {
            if (rows.size() == 0) return Future.succeededFuture(Optional.empty());
            Account account = Account.of(rows.iterator().next());
            boolean changed = link.next().isPresent();
            Future<Void> told = changed
                    ? letters.mailChanged(
                            transaction, account.id(), link.address().map(EmailAddress::new))
                    : Future.succeededFuture();
            String what = changed ? "mail changed" : "mail verified";
            return told.compose(done ->
                            trail.record(transaction, new AccountChanged(account.id(), what, by.actor(), by.source())))
                    .map(Optional.of(account));
        });
    }
}
