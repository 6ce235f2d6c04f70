package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.Lockout;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Person;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.signin.SignInFlow.Standing;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What signing in reads and writes: one statement to know, one to count a failure, one to make a session. The database's clock judges all of them. */
final class SignIns {
    /**
     * An answer for every name: columns of the account are null where there is none. Wrong passwords are counted by the name; of a browser or an address that somebody signed
     * in from by theirs alone, so that nobody is held up there by what others try (decision 0286).
     */
    static final String ASK =
            """
            SELECT a.id AS account_id, a.username, a.password_hash, a.password_changed_at, a.roles, a.groups,
                   a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                   a.locked_at IS NOT NULL AS locked,
                   EXISTS (SELECT FROM totp t WHERE t.account_id = a.id) AS authenticator,
                   EXISTS (SELECT FROM passkey p WHERE p.account_id = a.id) AS passkeys,
                   COALESCE(f.failures, 0) AS failures,
                   COALESCE(ceil(extract(epoch FROM f.expires_at - now())), 0)::bigint AS forgotten_in,
                   counted.counted_as, counted.known_by
              FROM (SELECT $1::text AS username_key) asked
              LEFT JOIN account a ON a.username_key = asked.username_key
              LEFT JOIN known_device d ON d.account_id = a.id AND d.device_hash = $3 AND d.expires_at > now()
              LEFT JOIN known_address k ON k.account_id = a.id AND k.address = $2 AND k.expires_at > now()
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN d.account_id IS NOT NULL THEN 'DEVICE' WHEN k.account_id IS NOT NULL THEN 'ADDRESS' ELSE 'NONE' END AS known_by,
                          CASE WHEN d.account_id IS NOT NULL THEN counted_in(asked.username_key, $3)
                               WHEN k.account_id IS NOT NULL THEN counted_from(asked.username_key, $2)
                               ELSE asked.username_key END AS counted_as) counted
              LEFT JOIN login_failure f ON f.username_key = counted.counted_as AND f.expires_at > now()
            """;

    /**
     * The first failure opens a window; those within it are added up; one after it opens the next, which is twice as long for each time that as many as a window takes
     * came in a row, up to a day. A day without any begins anew (decision 0284).
     */
    static final String COUNT_FAILURE =
            """
            INSERT INTO login_failure AS f (username_key, failures, in_a_row, expires_at)
            VALUES ($1, 1, 1, now() + $2::bigint * interval '1 second')
            ON CONFLICT (username_key) DO UPDATE
               SET failures   = CASE WHEN f.expires_at > now() THEN f.failures + 1 ELSE 1 END,
                   in_a_row   = CASE WHEN f.expires_at > now() - interval '1 day' THEN f.in_a_row + 1 ELSE 1 END,
                   expires_at = CASE WHEN f.expires_at > now() THEN f.expires_at
                                     WHEN f.expires_at > now() - interval '1 day'
                                     THEN now() + least(86400, $2::bigint * (1 << least(f.in_a_row / $3::integer, 16))) * interval '1 second'
                                     ELSE excluded.expires_at END
            """;

    /**
     * Session, family and first refresh token, all or nothing. The account's row is held meanwhile: whoever locks it, changes its password or revokes it either
     * comes first, and then no row comes back, or comes after and finds the session.
     */
    static final String SIGN_IN =
            """
            WITH person AS (
                SELECT id, username_key FROM account
                 WHERE id = $1 AND locked_at IS NULL AND password_changed_at IS NOT DISTINCT FROM $2
                   FOR SHARE
            ), forgiven AS (
                DELETE FROM login_failure USING person
                 WHERE login_failure.username_key IN (person.username_key, counted_from(person.username_key, $3))
            ), remembered AS (
                INSERT INTO known_address (account_id, address, expires_at)
                SELECT id, $3, now() + interval '30 days' FROM person
                ON CONFLICT (account_id, address) DO UPDATE SET expires_at = excluded.expires_at
            ), begun AS (
                INSERT INTO session (id, account_id, expires_at, acr, amr, second_factor_at)
                SELECT $4, id, now() + $5::bigint * interval '1 second', $13, $14::text[], $15 FROM person
            )
            INSERT INTO refresh_family (id, session_id, account_id, client_id, scopes, audience, expires_at, current_hash, idle_until, about)
            SELECT $6, $4, id, $7, $8, $9, now() + $10::bigint * interval '1 second', $11, now() + LEAST($10::bigint, $12::bigint) * interval '1 second',
                   $16::jsonb
              FROM person
            RETURNING id
            """;

    /** Only over the hash that was checked: another node may have been faster, or the password changed. */
    static final String REHASH = "UPDATE account SET password_hash = $2 WHERE id = $1 AND password_hash = $3";

    private final Database database;
    private final Dues dues;
    private final SecureRandom random;
    private final RefreshMint refreshMint;

    SignIns(Database database, Dues dues, SecureRandom random, RefreshMint refreshMint) {
        this.database = database;
        this.dues = dues;
        this.random = random;
        this.refreshMint = refreshMint;
    }

    /** Who has the name, when somebody has. */
    record Candidate(
            Person person,
            Optional<String> passwordHash,
            @Nullable OffsetDateTime passwordChangedAt,
            Standing standing) {
        boolean locked() {
            return standing.locked();
        }
    }

    /** What is known about a name as seen from a browser and an address: under which name wrong passwords are counted, and how many there are. */
    record Known(Optional<Candidate> candidate, KnownBy by, String countedAs, int failures, Duration untilForgotten) {}

    /** What the session is for. */
    record Wanted(ClientId client, Scopes scopes, List<String> audience) {}

    /** What was made. */
    record Begun(SessionId session, GrantId grant, RefreshToken refresh) {}

    Future<Known> ask(String nameKey, SourceNetwork source, Optional<DeviceCookie> device) {
        return database.query(
                        ASK,
                        Tuple.of(
                                nameKey,
                                source.value(),
                                device.map(DeviceCookie::hash).orElse(null)))
                .map(rows -> known(rows.iterator().next()));
    }

    Future<Void> countFailure(String countedAs, Lockout lockout) {
        return database.query(
                        COUNT_FAILURE, Tuple.of(countedAs, lockout.window().toSeconds(), lockout.failures()))
                .mapEmpty();
    }

    /** {@code about} is what tokens of later refreshes say of it. Empty when the account was locked or its password changed since it was read. */
    Future<Optional<Begun>> begin(
            Candidate candidate,
            Done done,
            JsonObject about,
            SourceNetwork source,
            Wanted wanted,
            Config.TokenSettings lifetimes) {
        var grant = new GrantId(RandomText.of(random, 16));
        var begun = new Begun(new SessionId(RandomText.of(random, 16)), grant, refreshMint.first(grant));
        var values = Tuple.tuple()
                .addString(candidate.person().id().value())
                .addValue(candidate.passwordChangedAt())
                .addString(source.value())
                .addString(begun.session().value())
                .addLong(lifetimes.session().absolute().toSeconds())
                .addString(begun.grant().value())
                .addString(wanted.client().value())
                .addArrayOfString(wanted.scopes().values().toArray(String[]::new))
                .addArrayOfString(wanted.audience().toArray(String[]::new))
                .addLong(lifetimes.refresh().absolute().toSeconds())
                .addBuffer(begun.refresh().hash())
                .addLong(lifetimes.refresh().idle().toSeconds())
                .addString(done.acr())
                .addArrayOfString(done.amr().toArray(String[]::new))
                .addValue(done.secondFactorAt()
                        .map(at -> at.atOffset(ZoneOffset.UTC))
                        .orElse(null))
                .addJsonObject(about);
        return database.query(SIGN_IN, values).map(rows -> rows.size() == 1 ? Optional.of(begun) : Optional.empty());
    }

    Future<Void> rehash(Candidate candidate, String better) {
        return database.query(
                        REHASH,
                        Tuple.of(
                                candidate.person().id().value(),
                                better,
                                candidate.passwordHash().orElse(null)))
                .mapEmpty();
    }

    private Known known(Row row) {
        Optional<Candidate> candidate =
                Optional.ofNullable(row.getString("account_id")).map(id -> candidate(Person.of(row), row));
        return new Known(
                candidate,
                KnownBy.valueOf(row.getString("known_by")),
                row.getString("counted_as"),
                row.getInteger("failures"),
                Duration.ofSeconds(row.getLong("forgotten_in")));
    }

    private Candidate candidate(Person person, Row row) {
        return new Candidate(
                person,
                Optional.ofNullable(row.getString("password_hash")),
                row.getOffsetDateTime("password_changed_at"),
                new Standing(
                        person.id(),
                        row.getBoolean("locked"),
                        row.getBoolean("authenticator"),
                        row.getBoolean("passkeys"),
                        dues.of(person)));
    }
}
