package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent;
import dev.gatehouse.audit.AuditEvent.AccountChanged;
import dev.gatehouse.audit.AuditEvent.ProviderLinked;
import dev.gatehouse.audit.AuditEvent.ProviderUnlinked;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Sha256;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who people are with other providers. The pair of issuer and subject is somebody, for one account at most; a mail address never is (OWASP ASVS 6.8.1). Every change is one
 * transaction with its line in the audit trail and the letter to the owner.
 */
public final class ForeignIdentities {
    static final String FIND = "SELECT account_id FROM foreign_identity WHERE issuer = $1 AND subject = $2";

    static final String OF =
            """
            SELECT issuer, subject, provider, email, roles, made_at, used_at
              FROM foreign_identity WHERE account_id = $1 ORDER BY made_at, issuer, subject
            """;

    static final String KNOWS = "SELECT EXISTS (SELECT FROM account WHERE lower(email) = lower($1)) AS known";

    static final String HOLD = "SELECT roles FROM account WHERE id = $1 FOR NO KEY UPDATE";

    static final String GIVE = "UPDATE account SET roles = $2 WHERE id = $1";

    static final String ADD =
            """
            INSERT INTO foreign_identity (issuer, subject, account_id, provider)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (issuer, subject) DO NOTHING
            """;

    static final String USED =
            """
            UPDATE foreign_identity
               SET provider = $4, email = $5, wrapped_tokens = $6, roles = $7, used_at = now()
             WHERE issuer = $1 AND subject = $2 AND account_id = $3
            """;

    static final String REMOVE = "DELETE FROM foreign_identity WHERE issuer = $1 AND subject = $2 AND account_id = $3";

    /** Most logins of other providers that one account has. */
    public static final int MOST = 20;

    private final Database database;
    private final AuditTrail trail;
    private final Owners owners;

    public ForeignIdentities(Database database, AuditTrail trail, Owners owners) {
        this.database = database;
        this.trail = trail;
        this.owners = owners;
    }

    /** One that an account has. {@code id} is good for forms. */
    public record Linked(
            String issuer,
            String subject,
            String provider,
            Optional<String> email,
            List<String> roles,
            Instant madeAt,
            Optional<Instant> usedAt) {
        public Linked {
            roles = List.copyOf(roles);
        }

        public String id() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(issuer + " " + subject));
        }

        boolean is(String otherIssuer, String otherSubject) {
            return issuer.equals(otherIssuer) && subject.equals(otherSubject);
        }

        private static Linked of(Row row) {
            return new Linked(
                    row.getString("issuer"),
                    row.getString("subject"),
                    row.getString("provider"),
                    Optional.ofNullable(row.getString("email")),
                    List.of(row.getArrayOfStrings("roles")),
                    row.getOffsetDateTime("made_at").toInstant(),
                    Optional.ofNullable(row.getOffsetDateTime("used_at")).map(OffsetDateTime::toInstant));
        }
    }

    public Future<List<Linked>> of(UserId account) {
        return database.query(OF, Tuple.of(account.value())).map(ForeignIdentities::linked);
    }

    /** Whether any account says that this is its address, verified or not. */
    public Future<Boolean> knows(EmailAddress address) {
        return database.query(KNOWS, Tuple.of(address.value()))
                .map(rows -> rows.iterator().next().getBoolean("known"));
    }

    /** Whose login this is, with all that the provider says of them today; empty for a stranger. The last administrator stays one, whatever it says. */
    public Future<Optional<UserId>> signedIn(ForeignPerson who, By by) {
        return told(who, by)
                .recover(cause -> cause instanceof Refusal refusal && refusal.problem() == Reason.LAST_ADMINISTRATOR
                        ? told(who.withRole(Administrators.ROLE), by)
                        : Future.failedFuture(cause));
    }

    private Future<Optional<UserId>> told(ForeignPerson who, By by) {
        return database.inTransaction(transaction -> owner(transaction, who)
                .compose(owner -> owner.isEmpty()
                        ? Future.succeededFuture(owner)
                        : used(transaction, owner.get(), who, by).map(owner)));
    }

    /** From now on this login is theirs. Refuses one that is another's, and is content with one that was theirs before. */
    public Future<Void> link(UserId account, ForeignPerson who, By by) {
        return database.inTransaction(transaction -> HeldAccount.hold(transaction, account)
                .compose(held -> transaction.preparedQuery(OF).execute(Tuple.of(account.value())))
                .compose(rows -> linked(rows).size() < MOST
                        ? added(transaction, account, who)
                        : Future.failedFuture(
                                Reason.IDENTITY_TAKEN.because("There are " + MOST + " logins already; remove one.")))
                .compose(added -> used(transaction, account, who, by)
                        .compose(used -> added
                                ? recorded(
                                        transaction,
                                        new ProviderLinked(account, who.provider(), by.actor(), by.source()))
                                : Future.succeededFuture())));
    }

    /** The first way into an account that is made in the same transaction. Refuses with {@code identity_taken} whoever has another by now. */
    public Future<Void> first(SqlConnection transaction, UserId account, ForeignPerson who, By by) {
        return added(transaction, account, who)
                .compose(added -> used(transaction, account, who, by))
                .compose(used -> trail.record(
                        transaction, new ProviderLinked(account, who.provider(), by.actor(), by.source())));
    }

    /** False where there is no such login; refused where it is the last way in. */
    public Future<Boolean> unlink(UserId account, String id, WaysIn ways, By by) {
        return database.inTransaction(transaction -> HeldAccount.hold(transaction, account)
                .compose(held -> transaction.preparedQuery(OF).execute(Tuple.of(account.value())))
                .compose(rows -> {
                    Optional<Linked> gone = linked(rows).stream()
                            .filter(each -> each.id().equals(id))
                            .findFirst();
                    return gone.isEmpty()
                            ? Future.succeededFuture(false)
                            : roles(
                                            transaction,
                                            account,
                                            gone.get().issuer(),
                                            gone.get().subject(),
                                            List.of(),
                                            by)
                                    .compose(taken -> removed(transaction, account, gone.get(), ways, by))
                                    .map(true);
                }));
    }

    private Future<Void> removed(SqlConnection transaction, UserId account, Linked gone, WaysIn ways, By by) {
        return transaction
                .preparedQuery(REMOVE)
                .execute(Tuple.of(gone.issuer(), gone.subject(), account.value()))
                .compose(rows -> ways.checkLeft(transaction, account))
                .compose(left ->
                        recorded(transaction, new ProviderUnlinked(account, gone.provider(), by.actor(), by.source())));
    }

    /** False where it was theirs before. */
    private static Future<Boolean> added(SqlConnection transaction, UserId account, ForeignPerson who) {
        return transaction
                .preparedQuery(ADD)
                .execute(Tuple.of(who.issuer(), who.subject(), account.value(), who.provider()))
                .compose(rows -> rows.rowCount() == 1
                        ? Future.succeededFuture(true)
                        : owner(transaction, who)
                                .compose(owner -> owner.filter(account::equals).isPresent()
                                        ? Future.succeededFuture(false)
                                        : Future.failedFuture(Reason.IDENTITY_TAKEN.because(
                                                "This login signs in to another account."))));
    }

    private Future<Void> used(SqlConnection transaction, UserId account, ForeignPerson who, By by) {
        return roles(transaction, account, who.issuer(), who.subject(), who.roles(), by)
                .compose(given -> transaction
                        .preparedQuery(USED)
                        .execute(Tuple.of(
                                who.issuer(),
                                who.subject(),
                                account.value(),
                                who.provider(),
                                who.email().map(EmailAddress::value).orElse(null),
                                wrapped(who),
                                given.given().toArray(String[]::new))))
                .mapEmpty();
    }

    private static @Nullable Buffer wrapped(ForeignPerson who) {
        return who.sealedTokens()
                .map(text -> Buffer.buffer(Base64.getUrlDecoder().decode(text)))
                .orElse(null);
    }

    /** With the account's row held, so that of two sign-ins at once one comes first. */
    private Future<GivenRoles> roles(
            SqlConnection transaction, UserId account, String issuer, String subject, List<String> says, By by) {
        return transaction
                .preparedQuery(HOLD)
                .execute(Tuple.of(account.value()))
                .compose(held -> transaction
                        .preparedQuery(OF)
                        .execute(Tuple.of(account.value()))
                        .compose(rows -> {
                            List<String> now = List.of(held.iterator().next().getArrayOfStrings("roles"));
                            var before = new ArrayList<String>();
                            var others = new ArrayList<String>();
                            for (Linked each : linked(rows))
                                (each.is(issuer, subject) ? before : others).addAll(each.roles());
                            GivenRoles roles = GivenRoles.of(now, before, others, says);
                            return roles.isNews(now)
                                    ? given(transaction, account, roles, by).map(roles)
                                    : Future.succeededFuture(roles);
                        }));
    }

    private Future<Void> given(SqlConnection transaction, UserId account, GivenRoles roles, By by) {
        return transaction
                .preparedQuery(GIVE)
                .execute(Tuple.tuple()
                        .addString(account.value())
                        .addArrayOfString(roles.all().toArray(String[]::new)))
                .compose(done ->
                        trail.record(transaction, new AccountChanged(account, "roles", by.actor(), by.source())));
    }

    private static Future<Optional<UserId>> owner(SqlConnection transaction, ForeignPerson who) {
        return transaction
                .preparedQuery(FIND)
                .execute(Tuple.of(who.issuer(), who.subject()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new UserId(rows.iterator().next().getString("account_id"))));
    }

    private Future<Void> recorded(SqlConnection transaction, AuditEvent event) {
        return trail.record(transaction, event).compose(recorded -> owners.hear(transaction, event));
    }

    private static List<Linked> linked(Iterable<Row> rows) {
        var all = new ArrayList<Linked>();
        for (Row row : rows) all.add(Linked.of(row));
        return all;
    }
}
