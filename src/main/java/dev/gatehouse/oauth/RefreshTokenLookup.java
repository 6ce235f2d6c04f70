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
import java.util.List;
import java.util.Optional;

/** What stands behind a refresh token, without using it: only its own client learns that there is one. */
final class RefreshTokenLookup {
    /** Alive is what would rotate: unexpired, and unused or within the grace of its first use (decision 0142). */
    static final String FIND =
            """
            SELECT f.account_id, a.username, f.session_id, f.scopes, f.audience, f.dpop_jkt, t.made_at,
                   LEAST(t.expires_at, f.expires_at) AS expires_at
              FROM refresh_token t
              JOIN refresh_family f ON f.id = t.family_id
              JOIN account a ON a.id = f.account_id
             WHERE t.token_hash = $1
               AND f.client_id = $2
               AND t.expires_at > now()
               AND (t.used_at IS NULL OR t.used_at > now() - interval '10 seconds')
               AND f.revoked_at IS NULL
               AND f.expires_at > now()
               AND a.locked_at IS NULL
            """;

    private final Database database;

    RefreshTokenLookup(Database database) {
        this.database = database;
    }

    record Found(
            UserId account,
            String username,
            SessionId session,
            Scopes scopes,
            List<String> audience,
            Optional<String> boundTo,
            Instant madeAt,
            Instant expiresAt) {}

    Future<Optional<Found>> find(RefreshToken token, ClientId caller) {
        return database.query(FIND, Tuple.of(token.hash(), caller.value()))
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
                row.getOffsetDateTime("made_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
