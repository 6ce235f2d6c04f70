package dev.gatehouse.signin;

import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.Person;
import dev.gatehouse.signin.SignInFlow.Standing;
import dev.gatehouse.signin.SignInFlow.State;
import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins that have begun and want more: on the server, under an unguessable handle that is good in the browser it was given to, for ten minutes. Each step is one
 * UPDATE of the version that it was thought out for, so of two tabs one does it; the last is {@link BrowserSignIns#ENTER}.
 */
final class SignInsUnderWay {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    static final String BEGIN =
            """
            INSERT INTO sign_in (handle_hash, browser_hash, account_id, state, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5::bigint * interval '1 second')
            """;

    /** With the account as it stands now. */
    static final String FIND =
            """
            SELECT w.state, w.version,
                   a.id AS account_id, a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                   a.locked_at IS NOT NULL AS locked,
                   EXISTS (SELECT FROM totp t WHERE t.account_id = a.id) AS authenticator,
                   EXISTS (SELECT FROM passkey p WHERE p.account_id = a.id) AS passkeys
              FROM sign_in w
              JOIN account a ON a.id = w.account_id
             WHERE w.handle_hash = $1 AND w.browser_hash = $2 AND w.expires_at > now()
            """;

    /** Somebody who is here already. */
    static final String STANDS =
            """
            SELECT a.id AS account_id, a.username, a.roles, a.groups, a.email, a.email_verified, a.terms_version, a.profile, a.attributes,
                   a.password_changed_at, a.locked_at IS NOT NULL AS locked,
                   EXISTS (SELECT FROM totp t WHERE t.account_id = a.id) AS authenticator,
                   EXISTS (SELECT FROM passkey p WHERE p.account_id = a.id) AS passkeys
              FROM account a
             WHERE a.id = $1
            """;

    static final String MOVE =
            """
            UPDATE sign_in SET state = $4, account_id = $5, version = version + 1
             WHERE handle_hash = $1 AND browser_hash = $2 AND version = $3 AND expires_at > now()
            """;

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final String PASSWORD_CHANGED_AT = "password_changed_at";

    private final Database database;
    private final Dues dues;
    private final SecureRandom random;

    SignInsUnderWay(Database database, Dues dues, SecureRandom random) {
        this.database = database;
        this.dues = dues;
        this.random = random;
    }

    /** A row as somebody saw it. */
    record At(String handle, int version) {}

    /** {@code passwordChangedAt} is as it was when the sign-in began: a password that was changed since ends it. */
    record Kept(State state, @Nullable OffsetDateTime passwordChangedAt) {
        private JsonObject toJson() {
            return state.toJson()
                    .put(PASSWORD_CHANGED_AT, passwordChangedAt == null ? null : passwordChangedAt.toString());
        }

        private static Kept from(JsonObject json) {
            String changed = json.getString(PASSWORD_CHANGED_AT);
            return new Kept(State.from(json), changed == null ? null : OffsetDateTime.parse(changed));
        }
    }

    record Found(At at, Kept kept, Person person, Standing standing) {}

    /** An account that nothing was kept of yet. */
    record Stands(Person person, @Nullable OffsetDateTime passwordChangedAt, Standing standing) {}

    /** Empty for an account that is gone. */
    Future<Optional<Stands>> stands(UserId account) {
        return database.query(STANDS, Tuple.of(account.value())).map(rows -> {
            if (rows.size() == 0) return Optional.empty();
            Row row = rows.iterator().next();
            Person person = Person.of(row);
            return Optional.of(new Stands(person, row.getOffsetDateTime("password_changed_at"), standing(person, row)));
        });
    }

    /** The new handle. */
    Future<String> begin(BrowserCookie browser, UserId account, Kept kept) {
        String handle = RandomText.of(random, 32);
        return database.query(
                        BEGIN,
                        Tuple.of(
                                OneTime.hash(handle),
                                browser.hash(),
                                account.value(),
                                kept.toJson(),
                                LIFETIME.toSeconds()))
                .map(handle);
    }

    Future<Optional<Found>> find(String handle, BrowserCookie browser) {
        if (!SHAPE.matcher(handle).matches()) return Future.succeededFuture(Optional.empty());
        return database.query(FIND, Tuple.of(OneTime.hash(handle), browser.hash()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(found(handle, rows.iterator().next())));
    }

    /** Empty for a caller who came second: what it thought out is not so any more. */
    Future<Optional<At>> move(At at, BrowserCookie browser, UserId account, Kept kept) {
        var values = Tuple.of(OneTime.hash(at.handle()), browser.hash(), at.version(), kept.toJson(), account.value());
        return database.query(MOVE, values)
                .map(rows ->
                        rows.rowCount() == 1 ? Optional.of(new At(at.handle(), at.version() + 1)) : Optional.empty());
    }

    private Found found(String handle, Row row) {
        Person person = Person.of(row);
        return new Found(
                new At(handle, row.getInteger("version")),
                Kept.from(row.getJsonObject("state")),
                person,
                standing(person, row));
    }

    private Standing standing(Person person, Row row) {
        return new Standing(
                person.id(),
                row.getBoolean("locked"),
                row.getBoolean("authenticator"),
                row.getBoolean("passkeys"),
                dues.of(person));
    }
}
