package dev.gatehouse.oauth.grant;

import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Person;
import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Rotation, honest: every turn is one statement. Of any number of callers on any number of nodes, all get the one successor or none does. */
final class RefreshTokens {
    /**
     * The first use of a token, which is nearly every one (decision 0142). The family's row is locked first, so everything about one family happens one after
     * another, and a revocation is either seen or waits. No row: not the first use, or not for this caller; {@link #JUDGE} says which.
     */
    static final String TURN =
            """
            WITH family AS MATERIALIZED (
                SELECT f.id, f.session_id, f.account_id, f.scopes, f.audience, f.expires_at, f.about, a.username, a.roles, a.groups
                  FROM refresh_token t
                  JOIN refresh_family f ON f.id = t.family_id
                  JOIN account a ON a.id = f.account_id
                 WHERE t.token_hash = $1
                   AND t.used_at IS NULL
                   AND t.expires_at > now()
                   AND f.client_id = $2
                   AND (f.dpop_jkt IS NULL OR f.dpop_jkt = $7)
                   AND f.revoked_at IS NULL
                   AND f.expires_at > now()
                   AND a.locked_at IS NULL
                   AND COALESCE($4::text[] <@ f.scopes, true)
                   AND COALESCE($5::text[] <@ f.audience, true)
                   FOR NO KEY UPDATE OF f
            ), presented AS (
                UPDATE refresh_token t SET used_at = now()
                  FROM family
                 WHERE t.token_hash = $1 AND t.used_at IS NULL
                RETURNING t.token_hash
            ), successor AS (
                INSERT INTO refresh_token (token_hash, family_id, parent_hash, expires_at)
                SELECT $3, family.id, $1, LEAST(family.expires_at, now() + $6::bigint * interval '1 second')
                  FROM family, presented
                ON CONFLICT (token_hash) DO NOTHING
            )
            SELECT 'ROTATED' AS outcome, family.id, family.session_id, family.account_id, family.username, family.roles, family.groups, family.scopes, family.audience, family.about
              FROM family, presented
            """;

    /**
     * Every other use. The UPDATE of the presented token sees its row as it is now, not as it was when the statement began: {@code used_at} is the first use, by
     * whoever came first. Within the grace after it, and until the successor has been used itself, the same successor is given again; its INSERT finds it there and
     * does nothing. After that it is reuse: the session and its families end in this very statement. What is too wide leaves the token unused. No row at all:
     * unknown, expired, another client's, bound to another key, revoked, locked.
     */
    static final String JUDGE =
            """
            WITH family AS MATERIALIZED (
                SELECT f.id, f.session_id, f.account_id, f.scopes, f.audience, f.expires_at, f.about, a.username, a.roles, a.groups,
                       COALESCE($4::text[] <@ f.scopes, true) AND COALESCE($5::text[] <@ f.audience, true) AS fits,
                       COALESCE($4::text[] <@ f.scopes, true) AS scope_fits
                  FROM refresh_token t
                  JOIN refresh_family f ON f.id = t.family_id
                  JOIN account a ON a.id = f.account_id
                 WHERE t.token_hash = $1
                   AND f.client_id = $2
                   AND (f.dpop_jkt IS NULL OR f.dpop_jkt = $7)
                   AND f.revoked_at IS NULL
                   AND f.expires_at > now()
                   AND a.locked_at IS NULL
                   FOR NO KEY UPDATE OF f
            ), later AS MATERIALIZED (
                SELECT s.used_at FROM refresh_token s, family WHERE s.token_hash = $3 FOR SHARE OF s
            ), presented AS (
                UPDATE refresh_token t
                   SET used_at = CASE WHEN family.fits THEN COALESCE(t.used_at, now()) ELSE t.used_at END
                  FROM family
                 WHERE t.token_hash = $1
                   AND t.family_id = family.id
                   AND t.expires_at > now()
                RETURNING CASE WHEN (SELECT used_at FROM later) IS NOT NULL OR t.used_at <= now() - interval '10 seconds' THEN 'REUSED'
                               WHEN NOT family.scope_fits THEN 'SCOPE_TOO_WIDE'
                               WHEN NOT family.fits THEN 'OTHER_TARGET'
                               ELSE 'ROTATED' END AS outcome
            ), successor AS (
                INSERT INTO refresh_token (token_hash, family_id, parent_hash, expires_at)
                SELECT $3, family.id, $1, LEAST(family.expires_at, now() + $6::bigint * interval '1 second')
                  FROM family, presented
                 WHERE presented.outcome = 'ROTATED'
                ON CONFLICT (token_hash) DO NOTHING
            ), revoked AS (
                UPDATE refresh_family f SET revoked_at = now()
                  FROM family, presented
                 WHERE f.session_id = family.session_id AND f.revoked_at IS NULL AND presented.outcome = 'REUSED'
                RETURNING f.id
            ), ended AS (
                UPDATE session s SET ended_at = now()
                  FROM family, presented
                 WHERE s.id = family.session_id AND s.ended_at IS NULL AND presented.outcome = 'REUSED' AND (SELECT count(*) FROM revoked) > 0
            ), told AS (
                INSERT INTO revocation (kind, value, expires_at)
                SELECT 'session', family.session_id, now() + $8::bigint * interval '1 second'
                  FROM family, presented
                 WHERE presented.outcome = 'REUSED'
            )
            SELECT presented.outcome, family.id, family.session_id, family.account_id, family.username, family.roles, family.groups, family.scopes, family.audience, family.about
              FROM family, presented
            """;

    private final Database database;
    private final SecretKeySpec secret;

    RefreshTokens(Database database, SecretKeySpec secret) {
        this.database = database;
        this.secret = secret;
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
            GrantId family,
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
        RefreshToken successor = presented.successor(secret);
        var values = Tuple.tuple()
                .addBuffer(presented.hash())
                .addString(caller.value())
                .addBuffer(successor.hash())
                .addArrayOfString(array(scopes.map(wanted -> List.copyOf(wanted.values()))))
                .addArrayOfString(array(audience))
                .addLong(lifetimes.idle().toSeconds())
                .addString(key.orElse(null));
        return database.query(TURN, values)
                .compose(
                        rows -> rows.size() == 1 ? Future.succeededFuture(rows) : database.query(JUDGE, judged(values)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(turn(rows.iterator().next(), successor)));
    }

    /** The same question, and how long a revocation is to be remembered. */
    private static Tuple judged(Tuple values) {
        var more = Tuple.tuple();
        for (int i = 0; i < values.size(); i++) more.addValue(values.getValue(i));
        return more.addLong(Accounts.LONGEST_TOKEN.toSeconds());
    }

    private static String @Nullable [] array(Optional<List<String>> values) {
        return values.map(list -> list.toArray(String[]::new)).orElse(null);
    }

    private static Turn turn(Row row, RefreshToken successor) {
        return new Turn(
                Outcome.valueOf(row.getString("outcome")),
                new GrantId(row.getString("id")),
                new SessionId(row.getString("session_id")),
                Person.of(row),
                Scopes.of(List.of(row.getArrayOfStrings("scopes"))),
                List.of(row.getArrayOfStrings("audience")),
                Optional.ofNullable(row.getJsonObject("about")),
                successor);
    }
}
