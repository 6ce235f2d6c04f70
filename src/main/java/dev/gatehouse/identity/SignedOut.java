package dev.gatehouse.identity;

import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything a person holds, ended within a transaction that has locked the account's row: sessions, refresh families and the access tokens made from them.
 * {@code iat} counts whole seconds, so "issued before this second" alone would spare tokens of this very second, and "up to now" would hit those of the next
 * sign-in; therefore sessions that were active just now are named one by one, and so are those of browsers, whose tokens are made without a trace in the database.
 */
final class SignedOut {
    /** Families first: a refresh under way holds its family's lock, and what it makes is seen by {@link #REVOKE} afterwards. */
    static final String END =
            """
            WITH families AS (
                UPDATE refresh_family SET revoked_at = now() WHERE account_id = $1 AND revoked_at IS NULL RETURNING id
            )
            UPDATE session SET ended_at = now()
             WHERE account_id = $1 AND ended_at IS NULL AND (SELECT count(*) FROM families) >= 0
            """;

    static final String REVOKE =
            """
            INSERT INTO revocation (kind, value, before, expires_at)
            SELECT 'subject', $1, date_trunc('second', clock_timestamp()) - interval '1 microsecond', now() + $2::bigint * interval '1 second'
            UNION ALL
            (SELECT 'session', f.session_id, NULL::timestamptz, now() + $2::bigint * interval '1 second'
              FROM refresh_family f
             WHERE f.account_id = $1
               AND f.turned_at > now() - interval '20 seconds'
            UNION
            SELECT 'session', s.id, NULL::timestamptz, now() + $2::bigint * interval '1 second'
              FROM session s
             WHERE s.account_id = $1
               AND s.ended_at = now()
               AND s.cookie_hash IS NOT NULL)
            RETURNING kind, value, before, expires_at
            """;

    private SignedOut() {}

    static Future<List<Revocation>> everywhere(SqlConnection transaction, UserId account) {
        return transaction
                .preparedQuery(END)
                .execute(Tuple.of(account.value()))
                .compose(ended -> transaction
                        .preparedQuery(REVOKE)
                        .execute(Tuple.of(account.value(), Accounts.LONGEST_TOKEN.toSeconds())))
                .map(rows -> {
                    var revocations = new ArrayList<Revocation>();
                    for (Row row : rows) revocations.add(revocation(row));
                    return revocations;
                });
    }

    private static Revocation revocation(Row row) {
        Instant until = row.getOffsetDateTime("expires_at").toInstant();
        String value = row.getString("value");
        return row.getString("kind").equals("session")
                ? new Revocation.OfSession(new SessionId(value), until)
                : new Revocation.OfSubject(
                        value, row.getOffsetDateTime("before").toInstant(), until);
    }
}
