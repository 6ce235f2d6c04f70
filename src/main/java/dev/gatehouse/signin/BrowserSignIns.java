package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Person;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.web.Call;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proof was given in a browser: it gets a new cookie, and the one it had is worth nothing from then on. One statement, all or nothing, with the account's row held
 * as {@link SignIns#SIGN_IN} holds it.
 */
final class BrowserSignIns {
    /**
     * The session of the same account goes on under its id with a new time of authentication; whatever else had the cookie stays behind without one. Interactions of
     * the browser come along, and so do ways to other providers, so that a second tab can go on too; the proof counts for the one that it was given in. A sign-in of several steps ends here, for the one
     * caller that takes its row away.
     */
    static final String ENTER =
            """
            WITH taken AS (
                DELETE FROM sign_in
                 WHERE handle_hash = $15 AND browser_hash = $4 AND version = $16 AND account_id = $1 AND expires_at > now()
                RETURNING 1
            ), person AS (
                SELECT id, username_key, leaves_at IS NOT NULL AS leaves FROM account
                 WHERE id = $1 AND locked_at IS NULL AND password_changed_at IS NOT DISTINCT FROM $2
                   AND ($15::bytea IS NULL OR EXISTS (SELECT FROM taken))
                   FOR SHARE
            ), forgiven AS (
                DELETE FROM login_failure USING person
                 WHERE login_failure.username_key IN (
                       person.username_key, counted_from(person.username_key, $3), counted_in(person.username_key, $17))
            ), known AS (
                INSERT INTO known_device AS d (account_id, device_hash, expires_at, two_factors)
                SELECT id, $17, now() + $18::bigint * interval '1 second', $14::timestamptz IS NOT NULL
                  FROM person
                 WHERE $17::bytea IS NOT NULL
                ON CONFLICT (account_id, device_hash) DO UPDATE
                   SET expires_at = excluded.expires_at, two_factors = d.two_factors OR excluded.two_factors
            ), remembered AS (
                INSERT INTO known_address (account_id, address, expires_at)
                SELECT id, $3, now() + interval '30 days' FROM person
                ON CONFLICT (account_id, address) DO UPDATE SET expires_at = excluded.expires_at
            ), before AS (
                SELECT s.id, s.account_id = person.id AND s.ended_at IS NULL AND s.expires_at > now()
                             AND s.seen_at > now() - $6::bigint * interval '1 second' AS goes_on
                  FROM session s, person
                 WHERE s.cookie_hash = $4
            ), renewed AS (
                UPDATE session s
                   SET cookie_hash = CASE WHEN before.goes_on THEN $5::bytea END,
                       auth_time   = CASE WHEN before.goes_on THEN now() ELSE s.auth_time END,
                       seen_at     = CASE WHEN before.goes_on THEN now() ELSE s.seen_at END,
                       expires_at  = CASE WHEN before.goes_on THEN now() + $7::bigint * interval '1 second' ELSE s.expires_at END,
                       acr         = CASE WHEN before.goes_on THEN $8 ELSE s.acr END,
                       amr         = CASE WHEN before.goes_on THEN $9::text[] ELSE s.amr END,
                       second_factor_at = CASE WHEN before.goes_on THEN $14::timestamptz ELSE s.second_factor_at END,
                       address     = CASE WHEN before.goes_on THEN $10 ELSE s.address END,
                       device      = CASE WHEN before.goes_on THEN $11 ELSE s.device END
                  FROM before
                 WHERE s.id = before.id
                RETURNING s.id, before.goes_on
            ), begun AS (
                INSERT INTO session (id, account_id, cookie_hash, expires_at, acr, amr, second_factor_at, address, device)
                SELECT $12, id, $5, now() + $7::bigint * interval '1 second', $8, $9::text[], $14, $10, $11
                  FROM person
                 WHERE NOT EXISTS (SELECT 1 FROM before WHERE goes_on)
                RETURNING id
            ), moved AS (
                UPDATE interaction i
                   SET browser_hash = $5,
                       signed_in_at = CASE WHEN i.handle_hash = $13 THEN now() ELSE i.signed_in_at END,
                       chosen_at    = CASE WHEN i.handle_hash = $13 THEN now() ELSE i.chosen_at END
                  FROM person
                 WHERE i.browser_hash = $4 AND i.expires_at > now()
            ), carried AS (
                UPDATE provider_attempt a SET browser_hash = $5 FROM person WHERE a.browser_hash = $4 AND a.expires_at > now()
            )
            SELECT i.id, person.leaves FROM (SELECT id FROM renewed WHERE goes_on UNION ALL SELECT id FROM begun) i, person
            """;

    private static final int LONGEST_DEVICE = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Database database;
    private final SecureRandom random;

    BrowserSignIns(Database database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** Who comes in, as they were when they showed what they did, and what that amounts to. {@code underWay} is the row that ends with it. */
    record Entering(
            Person person,
            @Nullable OffsetDateTime passwordChangedAt,
            Done done,
            Optional<SignInsUnderWay.At> underWay) {}

    /** Who is in, where: the cookies are for the browser alone. A {@code device} is there where the page is one that its cookie goes to. {@code leaves}: they asked for their account to be deleted. */
    record Entered(
            Person person, SessionId session, BrowserCookie cookie, Optional<DeviceCookie> device, boolean leaves) {}

    /** Empty when the account was locked or its password changed since it was read, or another caller has ended this sign-in. */
    Future<Optional<Entered>> enter(
            Entering entering,
            BrowserCookie before,
            Optional<DeviceCookie> device,
            Optional<String> flow,
            Call call,
            Config.Session lifetimes) {
        BrowserCookie after = BrowserCookie.fresh(random);
        Done done = entering.done();
        Optional<SignInsUnderWay.At> underWay = entering.underWay();
        var values = Tuple.tuple()
                .addString(entering.person().id().value())
                .addValue(entering.passwordChangedAt())
                .addString(SourceNetwork.of(call.clientAddress()).value())
                .addBuffer(before.hash())
                .addBuffer(after.hash())
                .addLong(lifetimes.idle().toSeconds())
                .addLong(lifetimes.absolute().toSeconds())
                .addString(done.acr())
                .addArrayOfString(done.amr().toArray(String[]::new))
                .addString(call.clientAddress().getHostAddress())
                .addString(device(call))
                .addString(RandomText.of(random, 16))
                .addBuffer(flow.map(Interactions::hashOf).orElseGet(Buffer::buffer))
                .addValue(done.secondFactorAt()
                        .map(at -> at.atOffset(ZoneOffset.UTC))
                        .orElse(null))
                .addValue(underWay.map(at -> OneTime.hash(at.handle())).orElse(null))
                .addInteger(underWay.map(SignInsUnderWay.At::version).orElse(0))
                .addBuffer(device.map(DeviceCookie::hash).orElse(null))
                .addLong(DeviceCookie.KEPT.toSeconds());
        return database.query(ENTER, values).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            var session = new SessionId(row.getString("id"));
            return Optional.of(new Entered(entering.person(), session, after, device, row.getBoolean("leaves")));
        });
    }

    /** What the browser calls itself, for the person to know it again. */
    private static String device(Call call) {
        String sent = String.join(" ", call.headers().getAll("User-Agent"));
        String agent = CONTROL.matcher(sent).replaceAll("");
        return agent.length() > LONGEST_DEVICE ? agent.substring(0, LONGEST_DEVICE) : agent;
    }
}
