package dev.gatehouse.oauth.grant;

import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Person;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rotation, honest: every turn is one statement on one row. Of any number of callers on any number of nodes, all get the one successor or none does. */
final class RefreshTokens {
    /**
     * The use of the token that is alive, which is nearly every one (decision 0213). Callers who come at once wait for each other at the row, and whoever comes later
     * finds another token alive. No row: not that token, or not for this caller; {@link #JUDGE} says which.
     */
    static final String TURN =
            """
            UPDATE refresh_family f
               SET previous_hash = f.current_hash,
                   current_hash = $3,
                   turned_at = now(),
                   idle_until = LEAST(f.expires_at, now() + $7::bigint * interval '1 second')
              FROM account a
             WHERE f.id = $1
               AND f.current_hash = $2
               AND f.client_id = $4
               AND (f.dpop_jkt IS NULL OR f.dpop_jkt = $8)
               AND f.revoked_at IS NULL
               AND f.idle_until > now()
               AND f.expires_at > now()
               AND COALESCE($5::text[] <@ f.scopes, true)
               AND COALESCE($6::text[] <@ f.audience, true)
               AND a.id = f.account_id
               AND a.locked_at IS NULL
            RETURNING 'ROTATED' AS outcome, f.session_id, f.account_id, f.scopes, f.audience, f.about,
                      a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes
            """;

    /**
     * Every other use of a token that is of this family, as only the server can have made it. The one that was replaced last gets the same successor again within the
     * grace, which so ends at the successor's first use; the one that is alive was asked for too much and stays unused; any other was used before, and the session and
     * its families end in this very statement. No row at all: expired, another client's, bound to another key, revoked, locked.
     */
    static final String JUDGE =
            """
            WITH family AS MATERIALIZED (
                SELECT f.id, f.session_id, f.account_id, f.scopes, f.audience, f.about,
                       a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                       f.current_hash = $2 AS alive,
                       f.previous_hash = $2 AND f.turned_at > now() - interval '10 seconds' AS in_grace,
                       COALESCE($4::text[] <@ f.scopes, true) AS scope_fits,
                       COALESCE($5::text[] <@ f.audience, true) AS target_fits
                  FROM refresh_family f
                  JOIN account a ON a.id = f.account_id
                 WHERE f.id = $1
                   AND f.client_id = $3
                   AND (f.dpop_jkt IS NULL OR f.dpop_jkt = $6)
                   AND f.revoked_at IS NULL
                   AND f.idle_until > now()
                   AND f.expires_at > now()
                   AND a.locked_at IS NULL
                   FOR NO KEY UPDATE OF f
            ), judged AS MATERIALIZED (
                SELECT family.*,
                       CASE WHEN NOT (alive OR COALESCE(in_grace, false)) THEN 'REUSED'
                            WHEN NOT scope_fits THEN 'SCOPE_TOO_WIDE'
                            WHEN alive OR NOT target_fits THEN 'OTHER_TARGET'
                            ELSE 'ROTATED' END AS outcome
                  FROM family
            ), revoked AS (
                UPDATE refresh_family f SET revoked_at = now()
                  FROM judged
                 WHERE f.session_id = judged.session_id AND f.revoked_at IS NULL AND judged.outcome = 'REUSED'
                RETURNING f.id
            ), ended AS (
                UPDATE session s SET ended_at = now()
                  FROM judged
                 WHERE s.id = judged.session_id AND s.ended_at IS NULL AND judged.outcome = 'REUSED' AND (SELECT count(*) FROM revoked) > 0
            ), told AS (
                INSERT INTO revocation (kind, value, expires_at)
                SELECT 'session', session_id, now() + $7::bigint * interval '1 second'
                  FROM judged
                 WHERE outcome = 'REUSED'
            )
            SELECT outcome, session_id, account_id, scopes, audience, about, username, roles, groups, email, email_verified, terms_version, profile, attributes
              FROM judged
            """;

    private final Database database;
    private final RefreshMint mint;

    RefreshTokens(Database database, RefreshMint mint) {
        this.database = database;
        this.mint = mint;
    }

    enum Outcome {
        ROTATED,
        REUSED,
        SCOPE_TOO_WIDE,
        OTHER_TARGET
    }

    /** What was found and done. */
    record Turn(
            Outcome outcome,
            SessionId session,
            Person person,
            Scopes scopes,
            List<String> audience,
            Optional<JsonObject> about,
            RefreshToken successor) {}

    /** {@code key} is the one that the caller proved to hold. Narrower scopes or audience are for this one access token; the family keeps what it was granted. Empty: the token does not hold. */
    Future<Optional<Turn>> rotate(
            RefreshToken presented,
            ClientId caller,
            Optional<Scopes> scopes,
            Optional<List<String>> audience,
            Optional<String> key,
            Refresh lifetimes) {
        RefreshToken successor = mint.successor(presented);
        String[] scopesAsked = array(scopes.map(wanted -> List.copyOf(wanted.values())));
        String[] audienceAsked = array(audience);
        var turn = Tuple.tuple()
                .addString(presented.family().value())
                .addBuffer(presented.hash())
                .addBuffer(successor.hash())
                .addString(caller.value())
                .addArrayOfString(scopesAsked)
                .addArrayOfString(audienceAsked)
                .addLong(lifetimes.idle().toSeconds())
                .addString(key.orElse(null));
        return database.query(TURN, turn)
                .compose(rows -> rows.size() == 1
                        ? Future.succeededFuture(rows)
                        : database.query(
                                JUDGE,
                                Tuple.tuple()
                                        .addString(presented.family().value())
                                        .addBuffer(presented.hash())
                                        .addString(caller.value())
                                        .addArrayOfString(scopesAsked)
                                        .addArrayOfString(audienceAsked)
                                        .addString(key.orElse(null))
                                        .addLong(Accounts.LONGEST_TOKEN.toSeconds())))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(turn(rows.iterator().next(), successor)));
    }

    private static String @Nullable [] array(Optional<List<String>> values) {
        return values.map(list -> list.toArray(String[]::new)).orElse(null);
    }

    private static Turn turn(Row row, RefreshToken successor) {
        return new Turn(
                Outcome.valueOf(row.getString("outcome")),
                new SessionId(row.getString("session_id")),
                Person.of(row),
                Scopes.of(List.of(row.getArrayOfStrings("scopes"))),
                List.of(row.getArrayOfStrings("audience")),
                Optional.ofNullable(row.getJsonObject("about")),
                successor);
    }
}
