package dev.gatehouse.oauth.grant;

import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Person;
import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Codes, redeemed by one statement: of any number of callers on any number of nodes one is first, and whoever is not takes back what the first one got. */
final class AuthorizationCodes {
    /**
     * The row is taken whatever it says, so what does not fit burns it; who was first is seen by whose grant id it holds. Session and account are held meanwhile:
     * who signs the person out, locks them or changes their password either comes first, and then the code is worth nothing, or comes after and finds the family.
     */
    static final String REDEEM =
            """
            WITH code AS MATERIALIZED (
                UPDATE one_time
                   SET used_at = COALESCE(used_at, now()), grant_id = COALESCE(grant_id, $2)
                 WHERE hash = $1
                   AND kind = 'code'
            """
                    + OneTime.NEAR
                    + """
                RETURNING data, grant_id, grant_id = $2 AS first, expires_at > now() AS alive
            ), holder AS MATERIALIZED (
                SELECT a.id AS account_id, a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes
                  FROM code
                  JOIN account a ON a.id = code.data->>'account'
                  JOIN session s ON s.id = code.data->>'session'
                 WHERE code.first
                   AND code.alive
                   AND a.locked_at IS NULL
                   AND s.ended_at IS NULL
                   FOR SHARE OF a, s
            ), judged AS MATERIALIZED (
                SELECT CASE WHEN NOT code.first THEN 'REUSED'
                            WHEN NOT code.alive THEN 'EXPIRED'
                            WHEN code.data->>'client' <> $3 THEN 'OTHER_CLIENT'
                            WHEN COALESCE($4::text, CASE WHEN NOT (code.data->>'redirect_sent')::boolean THEN code.data->>'redirect' END, '')
                                 <> code.data->>'redirect' THEN 'OTHER_REDIRECT'
                            WHEN code.data->>'challenge' IS DISTINCT FROM $5::text THEN 'OTHER_VERIFIER'
                            WHEN code.data->>'dpop_jkt' <> COALESCE($6::text, '') THEN 'OTHER_KEY'
                            WHEN NOT (code.data->'audience' ?& $12::text[]) THEN 'OTHER_TARGET'
                            WHEN holder.account_id IS NULL THEN 'ENDED'
                            ELSE 'HOLDS' END AS outcome,
                       code.data, code.grant_id, holder.*
                  FROM code
                  LEFT JOIN holder ON true
            ), family AS (
                INSERT INTO refresh_family (id, session_id, account_id, client_id, scopes, audience, expires_at, current_hash, idle_until, dpop_jkt, about)
                SELECT $2, data->>'session', account_id, $3, string_to_array(data->>'scope', ' '),
                       ARRAY(SELECT jsonb_array_elements_text(data->'audience')), now() + $8::bigint * interval '1 second',
                       $7, now() + LEAST($8::bigint, $9::bigint) * interval '1 second', $10,
                       data - ARRAY['client', 'account', 'session', 'redirect', 'redirect_sent', 'challenge', 'scope', 'audience', 'nonce', 'dpop_jkt']
                  FROM judged
                 WHERE outcome = 'HOLDS' AND $7::bytea IS NOT NULL
            ), listener AS (
                INSERT INTO session_client (session_id, client_id)
                SELECT data->>'session', $3
                  FROM judged
                 WHERE outcome = 'HOLDS' AND $11::boolean
                ON CONFLICT DO NOTHING
            )
            SELECT outcome, data, grant_id, account_id, username, roles, groups, email, email_verified, terms_version, profile, attributes
              FROM judged
            """;

    /** One that sees what the first redemption made, which {@link #REDEEM} cannot where both ran at once. Of many callers one ends the grant. */
    static final String TAKE_BACK =
            """
            WITH family AS (
                UPDATE refresh_family SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id
            )
            INSERT INTO revocation (kind, value, expires_at)
            SELECT 'grant', $1, now() + $2::bigint * interval '1 second'
             WHERE EXISTS (SELECT 1 FROM family) OR NOT EXISTS (SELECT 1 FROM refresh_family WHERE id = $1)
            RETURNING value
            """;

    private final Database database;

    AuthorizationCodes(Database database) {
        this.database = database;
    }

    /** What of the request has to fit what was authorized. Absent challenge: the request had no verifier; absent audience: it did not name fewer APIs. */
    record Shown(
            String code,
            ClientId client,
            Optional<String> redirect,
            Optional<String> challenge,
            Optional<String> key,
            Optional<List<String>> audience) {}

    /** What is to come of it where it fits. Absent refresh token: the client may not have one. */
    record Wished(
            GrantId grant,
            Optional<RefreshToken> refresh,
            Optional<String> refreshKey,
            Refresh lifetimes,
            boolean hearsOfLogout) {}

    enum Outcome {
        HOLDS,
        REUSED,
        EXPIRED,
        OTHER_CLIENT,
        OTHER_REDIRECT,
        OTHER_VERIFIER,
        OTHER_KEY,
        OTHER_TARGET,
        ENDED
    }

    /** What was found and done: {@code grant} is the first redemption's; the person is there where it holds. */
    record Redeemed(Outcome outcome, GrantId grant, JsonObject authorization, Optional<Person> person) {}

    /** Empty for a code that nobody knows. */
    Future<Optional<Redeemed>> redeem(Shown shown, Wished wished) {
        var values = Tuple.tuple()
                .addBuffer(OneTime.hash(shown.code()))
                .addString(wished.grant().value())
                .addString(shown.client().value())
                .addString(shown.redirect().orElse(null))
                .addString(shown.challenge().orElse(null))
                .addString(shown.key().orElse(null))
                .addBuffer(wished.refresh().map(RefreshToken::hash).orElse(null))
                .addLong(wished.lifetimes().absolute().toSeconds())
                .addLong(wished.lifetimes().idle().toSeconds())
                .addString(wished.refreshKey().orElse(null))
                .addBoolean(wished.hearsOfLogout())
                .addArrayOfString(shown.audience()
                        .map(named -> named.toArray(String[]::new))
                        .orElse(null));
        return database.query(REDEEM, values)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(redeemed(rows.iterator().next())));
    }

    /** True for the one caller that ended it. */
    Future<Boolean> takeBack(GrantId grant) {
        return database.query(TAKE_BACK, Tuple.of(grant.value(), Accounts.LONGEST_TOKEN.toSeconds()))
                .map(rows -> rows.size() == 1);
    }

    private static Redeemed redeemed(Row row) {
        var outcome = Outcome.valueOf(row.getString("outcome"));
        return new Redeemed(
                outcome,
                new GrantId(row.getString("grant_id")),
                row.getJsonObject("data"),
                outcome == Outcome.HOLDS ? Optional.of(Person.of(row)) : Optional.empty());
    }
}
