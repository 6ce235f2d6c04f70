package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.GrantTakenBack;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.store.Database;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.tokens.Revocations;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The apps that a person let in: by a leave that is remembered, or by a grant that lives on. What was allowed can be taken back, and everything that came of it ends. */
final class ConnectedApps {
    /** The latest first. */
    static final String OF =
            """
            WITH given AS (
                SELECT client_id, scopes, made_at, NULL::timestamptz AS used_at FROM consent WHERE account_id = $1
                UNION ALL
                SELECT client_id, scopes, made_at, turned_at
                  FROM refresh_family
                 WHERE account_id = $1 AND revoked_at IS NULL AND idle_until > now()
            )
            SELECT g.client_id, min(g.made_at) AS since, max(g.used_at) AS used_at, array_agg(DISTINCT s.scope ORDER BY s.scope)
                       FILTER (WHERE s.scope IS NOT NULL) AS scopes
              FROM given g
              LEFT JOIN LATERAL unnest(g.scopes) AS s(scope) ON true
             GROUP BY g.client_id
             ORDER BY max(coalesce(g.used_at, g.made_at)) DESC
             LIMIT 100
            """;

    /**
     * The families end one by one as well as by the pair of person and client: a refresh that was under way may be answered in a later second. Codes that wait to be
     * fetched are of a minute at most. Browsers of the house itself have tokens of its own client (decision 0252), which are no app's and go on.
     */
    static final String TAKE_BACK =
            """
            WITH consents AS (
                DELETE FROM consent WHERE account_id = $1 AND client_id = $2 RETURNING 1
            ), families AS (
                UPDATE refresh_family SET revoked_at = now() WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL RETURNING id
            )
            INSERT INTO revocation (kind, value, before, expires_at)
            SELECT 'consent', $1 || ' ' || $2, clock_timestamp(), now() + $3::bigint * interval '1 second'
             WHERE $4 AND (SELECT count(*) FROM consents) + (SELECT count(*) FROM families) > 0
            UNION ALL
            SELECT 'grant', id, NULL::timestamptz, now() + $3::bigint * interval '1 second' FROM families
            RETURNING kind, value, before, expires_at
            """;

    private final Database database;
    private final Revocations revocations;
    private final AuditTrail trail;

    ConnectedApps(House house) {
        this.database = house.database();
        this.revocations = house.revocations();
        this.trail = house.trail();
    }

    /** {@code usedAt} is when it last fetched new tokens; empty where it never did. */
    record Connected(ClientId client, Scopes scopes, Instant since, Optional<Instant> usedAt) {}

    Future<List<Connected>> of(UserId account) {
        return database.query(OF, Tuple.of(account.value())).map(rows -> {
            var apps = new ArrayList<Connected>();
            for (Row row : rows) apps.add(connected(row));
            return apps;
        });
    }

    /** When this succeeds it is on disk, and the next request of the app on this node is refused. False where nothing was allowed. */
    Future<Boolean> takeBack(UserId account, ClientId client, Source source) {
        return database.inTransaction(transaction -> transaction
                        .preparedQuery(TAKE_BACK)
                        .execute(Tuple.of(
                                account.value(),
                                client.value(),
                                Accounts.LONGEST_TOKEN.toSeconds(),
                                !client.equals(Client.GATEHOUSE)))
                        .map(rows -> {
                            var ended = new ArrayList<Revocation>();
                            for (Row row : rows) ended.add(ended(row, account, client));
                            return ended;
                        })
                        .compose(ended -> ended.isEmpty()
                                ? Future.succeededFuture(ended)
                                : trail.record(transaction, new GrantTakenBack(account, client, source))
                                        .map(ended)))
                .map(ended -> {
                    ended.forEach(revocations::learn);
                    return !ended.isEmpty();
                });
    }

    private static Connected connected(Row row) {
        String[] scopes = row.getArrayOfStrings("scopes");
        return new Connected(
                new ClientId(row.getString("client_id")),
                Scopes.of(scopes == null ? List.of() : List.of(scopes)),
                row.getOffsetDateTime("since").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("used_at")).map(OffsetDateTime::toInstant));
    }

    private static Revocation ended(Row row, UserId account, ClientId client) {
        Instant until = row.getOffsetDateTime("expires_at").toInstant();
        return row.getString("kind").equals("grant")
                ? new Revocation.OfGrant(new GrantId(row.getString("value")), until)
                : new Revocation.OfConsent(
                        account.value(), client, row.getOffsetDateTime("before").toInstant(), until);
    }
}
