package dev.gatehouse.oauth;

import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** What stands behind a refresh token, without using it: only its own client learns that there is one. */
final class RefreshTokenLookup {
    /** Alive is what would be answered with a token: the family's current one, and the one before it within the grace (decision 0213). */
    static final String FIND =
            """
            SELECT f.account_id, a.username, f.session_id, f.scopes, f.audience, f.dpop_jkt,
                   CASE WHEN f.current_hash = $2 THEN f.turned_at END AS made_at,
                   CASE WHEN f.current_hash = $2 THEN LEAST(f.idle_until, f.expires_at) ELSE f.turned_at + interval '10 seconds' END AS expires_at
              FROM refresh_family f
              JOIN account a ON a.id = f.account_id
             WHERE f.id = $1
               AND f.client_id = $3
               AND (f.current_hash = $2 OR f.previous_hash = $2 AND f.turned_at > now() - interval '10 seconds')
               AND f.idle_until > now()
               AND f.revoked_at IS NULL
               AND f.expires_at > now()
               AND a.locked_at IS NULL
            """;

    private final Database database;

    RefreshTokenLookup(Database database) {
        this.database = database;
    }

    /** When a token was made that another has replaced, nobody knows any more. */
    record Found(
            UserId account,
            String username,
            SessionId session,
            Scopes scopes,
            List<String> audience,
            Optional<String> boundTo,
            Optional<Instant> madeAt,
            Instant expiresAt) {}

    Future<Optional<Found>> find(RefreshToken token, ClientId caller) {
        return database.query(FIND, Tuple.of(token.family().value(), token.hash(), caller.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(found(rows.iterator().next())));
    }

    private static Found found(Row row) {
        return new Found(
                new UserId(row.getString("account_id")),
                row.getString("username"),
                new SessionId(row.getString("session_id")),
                Scopes.of(List.of(row.getArrayOfStrings("scopes"))),
                List.of(row.getArrayOfStrings("audience")),
                Optional.ofNullable(row.getString("dpop_jkt")),
                Optional.ofNullable(row.getOffsetDateTime("made_at")).map(OffsetDateTime::toInstant),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
