package dev.gatehouse.identity;

import dev.gatehouse.audit.AuditEvent.PersonInvited;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Codes that make one account each, with the roles that they say. They are used up in the transaction that makes it, by one statement. */
public final class Invitations {
    static final String MAKE =
            """
            INSERT INTO invitation (code_hash, roles, email, expires_at)
            VALUES ($1, $2, $3, now() + $4::bigint * interval '1 second')
            """;

    static final String LOOK = "SELECT email FROM invitation WHERE code_hash = $1 AND expires_at > now()";

    static final String USE =
            """
            DELETE FROM invitation
             WHERE code_hash = $1 AND expires_at > now() AND (email IS NULL OR lower(email) = lower($2))
            RETURNING roles
            """;

    /** Most roles of one. */
    public static final int MOST_ROLES = 32;

    public static final Duration SHORTEST = Duration.ofMinutes(1);
    public static final Duration LONGEST = Duration.ofDays(90);

    private final Database database;
    private final AuditTrail trail;
    private final Letters letters;
    private final String url;
    private final SecureRandom random;

    /** {@code url} is what browsers see. */
    public Invitations(Database database, AuditTrail trail, Letters letters, String url, SecureRandom random) {
        this.database = database;
        this.trail = trail;
        this.letters = letters;
        this.url = url;
        this.random = random;
    }

    /** The link; where it is for one address alone, and this house sends mail, it goes there as well. */
    public Future<String> make(List<String> roles, Optional<EmailAddress> email, Duration lifetime, By by) {
        String code = RandomText.of(random, 32);
        String link = url + "/register?invitation=" + code;
        var values = Tuple.of(
                OneTime.hash(code),
                roles.toArray(String[]::new),
                email.map(EmailAddress::value).orElse(null),
                lifetime.toSeconds());
        return database.inTransaction(transaction -> transaction
                .preparedQuery(MAKE)
                .execute(values)
                .compose(made -> email.map(address -> letters.invited(transaction, address, link, lifetime))
                        .orElseGet(Future::succeededFuture))
                .compose(told ->
                        trail.record(transaction, new PersonInvited(roles, email.isPresent(), by.actor(), by.source())))
                .map(link));
    }

    /** Whom it is for, without using it up; refuses what is no invitation, or no longer. */
    public Future<Optional<String>> look(String code) {
        return database.query(LOOK, Tuple.of(OneTime.hash(code))).map(rows -> {
            if (rows.size() == 0) throw invalid();
            return Optional.ofNullable(rows.iterator().next().getString("email"));
        });
    }

    /** The roles that it gives, to one caller. */
    Future<List<String>> use(SqlConnection transaction, String code, Optional<EmailAddress> email) {
        return transaction
                .preparedQuery(USE)
                .execute(Tuple.of(
                        OneTime.hash(code), email.map(EmailAddress::value).orElse(null)))
                .map(rows -> {
                    if (rows.size() == 0) throw invalid();
                    Row row = rows.iterator().next();
                    return List.of(row.getArrayOfStrings("roles"));
                });
    }

    private static RuntimeException invalid() {
        return Reason.INVITATION_INVALID.because(
                "It was used, it is over, or it is for another address; ask for a new one.");
    }
}
