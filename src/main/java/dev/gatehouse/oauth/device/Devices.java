package dev.gatehouse.oauth.device;

import dev.gatehouse.config.Config.TokenSettings;
import dev.gatehouse.identity.Person;
import dev.gatehouse.oauth.Authentication;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What devices ask for and people decide, each step one statement. */
final class Devices {
    /** Time to find the phone; short, because the code that people type is. */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /** How long a device waits between two questions, at first. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    static final String BEGIN =
            """
            INSERT INTO device_authorization (device_hash, user_hash, client_id, scopes, audience, interval_seconds, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, now() + $7::bigint * interval '1 second')
            ON CONFLICT (user_hash) DO NOTHING
            """;

    static final String FIND =
            """
            SELECT client_id, scopes
              FROM device_authorization
             WHERE user_hash = $1 AND state = 'pending' AND expires_at > now()
            """;

    /** Of two who decide, one does. */
    static final String DECIDE =
            """
            UPDATE device_authorization
               SET state = $2, account_id = $3, session_id = $4, about = $5
             WHERE user_hash = $1 AND state = 'pending' AND expires_at > now()
            RETURNING client_id
            """;

    /**
     * The row is held, so of any number of callers one finds it approved and all others find it used. A question that comes too soon makes the next wait longer
     * (§3.5); half a second is forgiven to the network. The device gets a session of its own, which ends when the person says so and not with the browser that
     * agreed; but that browser's must not have been ended in between.
     */
    static final String ASK =
            """
            WITH asked AS MATERIALIZED (
                SELECT d.device_hash, d.account_id, d.session_id, d.scopes, d.audience, d.about,
                       CASE WHEN d.client_id <> $2 OR d.state = 'used' THEN 'UNKNOWN'
                            WHEN d.expires_at <= now() THEN 'EXPIRED'
                            WHEN d.state = 'denied' THEN 'DENIED'
                            WHEN d.state = 'approved' THEN 'APPROVED'
                            WHEN d.polled_at > now() - d.interval_seconds * interval '1 second' + interval '500 milliseconds' THEN 'TOO_SOON'
                            ELSE 'PENDING' END AS outcome
                  FROM device_authorization d
                 WHERE d.device_hash = $1
                   FOR UPDATE
            ), noted AS (
                UPDATE device_authorization d
                   SET polled_at = now(),
                       interval_seconds = LEAST(600, d.interval_seconds + CASE WHEN asked.outcome = 'TOO_SOON' THEN 5 ELSE 0 END),
                       state = CASE WHEN asked.outcome = 'APPROVED' THEN 'used' ELSE d.state END
                  FROM asked
                 WHERE d.device_hash = asked.device_hash
                   AND asked.outcome IN ('APPROVED', 'TOO_SOON', 'PENDING')
            ), holder AS MATERIALIZED (
                SELECT a.id AS account_id, a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                       asked.scopes, asked.audience, asked.about
                  FROM asked
                  JOIN account a ON a.id = asked.account_id
                  JOIN session s ON s.id = asked.session_id
                 WHERE asked.outcome = 'APPROVED'
                   AND a.locked_at IS NULL
                   AND s.ended_at IS NULL
                   FOR SHARE OF a, s
            ), begun AS (
                INSERT INTO session (id, account_id, auth_time, expires_at, acr, amr, second_factor_at)
                SELECT $4, account_id, to_timestamp((about->>'auth_time')::bigint), now() + $5::bigint * interval '1 second',
                       about->>'acr', ARRAY(SELECT jsonb_array_elements_text(about->'amr')), to_timestamp((about->>'mfa_time')::bigint)
                  FROM holder
            ), family AS (
                INSERT INTO refresh_family (id, session_id, account_id, client_id, scopes, audience, expires_at, current_hash, idle_until, dpop_jkt, about)
                SELECT $3, $4, account_id, $2, scopes, audience, now() + $7::bigint * interval '1 second', $6, now() + LEAST($7::bigint, $8::bigint) * interval '1 second', $9,
                       about
                  FROM holder
                 WHERE $6::bytea IS NOT NULL
            ), listener AS (
                INSERT INTO session_client (session_id, client_id)
                SELECT $4, $2
                  FROM holder
                 WHERE $10::boolean
            )
            SELECT CASE WHEN asked.outcome = 'APPROVED' AND holder.account_id IS NULL THEN 'ENDED' ELSE asked.outcome END AS outcome,
                   holder.*
              FROM asked
              LEFT JOIN holder ON true
            """;

    private final Database database;

    Devices(Database database) {
        this.database = database;
    }

    record Wanted(ClientId client, Scopes scopes, List<String> audience) {}

    /** What waits for a person. */
    record Pending(ClientId client, Scopes scopes) {}

    /** What is to come of it once somebody has agreed. */
    record Wished(
            ClientId client,
            GrantId grant,
            SessionId session,
            Optional<RefreshToken> refresh,
            Optional<String> refreshKey,
            boolean hearsOfLogout,
            TokenSettings lifetimes) {}

    enum Outcome {
        UNKNOWN,
        EXPIRED,
        DENIED,
        TOO_SOON,
        PENDING,
        ENDED,
        APPROVED
    }

    record Approved(Person person, Scopes scopes, List<String> audience, Authentication authentication) {}

    /** {@code approved} is there where the outcome says so. */
    record Answer(Outcome outcome, Optional<Approved> approved) {}

    /** False when somebody else has that code for people at the moment. */
    Future<Boolean> begin(String deviceCode, UserCode userCode, Wanted wanted) {
        var values = Tuple.of(
                OneTime.hash(deviceCode),
                userCode.hash(),
                wanted.client().value(),
                wanted.scopes().values().toArray(String[]::new),
                wanted.audience().toArray(String[]::new),
                (int) INTERVAL.toSeconds());
        return database.query(BEGIN, values.addLong(LIFETIME.toSeconds())).map(rows -> rows.rowCount() == 1);
    }

    Future<Optional<Pending>> find(UserCode code) {
        return database.query(FIND, Tuple.of(code.hash())).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            return Optional.of(new Pending(
                    new ClientId(row.getString("client_id")), Scopes.of(List.of(row.getArrayOfStrings("scopes")))));
        });
    }

    /** Whose device it is; empty when nothing waits under that code any more. */
    Future<Optional<ClientId>> decide(UserCode code, boolean allowed, BrowserSession by) {
        var about = new Authentication(by.authTime(), by.acr(), by.amr(), by.secondFactorAt(), Optional.empty());
        var values = Tuple.of(
                code.hash(),
                allowed ? "approved" : "denied",
                by.person().id().value(),
                by.id().value(),
                about.toJson());
        return database.query(DECIDE, values)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new ClientId(rows.iterator().next().getString("client_id"))));
    }

    Future<Answer> ask(String deviceCode, Wished wished) {
        var values = Tuple.tuple()
                .addBuffer(OneTime.hash(deviceCode))
                .addString(wished.client().value())
                .addString(wished.grant().value())
                .addString(wished.session().value())
                .addLong(wished.lifetimes().session().absolute().toSeconds())
                .addBuffer(wished.refresh().map(RefreshToken::hash).orElse(null))
                .addLong(wished.lifetimes().refresh().absolute().toSeconds())
                .addLong(wished.lifetimes().refresh().idle().toSeconds())
                .addString(wished.refreshKey().orElse(null))
                .addBoolean(wished.hearsOfLogout());
        return database.query(ASK, values)
                .map(rows -> rows.size() == 0
                        ? new Answer(Outcome.UNKNOWN, Optional.empty())
                        : answer(rows.iterator().next()));
    }

    private static Answer answer(Row row) {
        var outcome = Outcome.valueOf(row.getString("outcome"));
        if (outcome != Outcome.APPROVED) return new Answer(outcome, Optional.empty());
        return new Answer(
                outcome,
                Optional.of(new Approved(
                        Person.of(row),
                        Scopes.of(List.of(row.getArrayOfStrings("scopes"))),
                        List.of(row.getArrayOfStrings("audience")),
                        Authentication.of(row.getJsonObject("about")))));
    }
}
