package dev.gatehouse.signin;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Interactions under way, on the server: an unguessable handle each, bound to the cookie of the browser they began in. */
public final class Interactions {
    /** Time enough to find a password; longer than a pushed request lives. */
    public static final Duration LIFETIME = Duration.ofMinutes(60);

    static final String BEGIN =
            """
            INSERT INTO interaction (handle_hash, browser_hash, client_id, request, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5::bigint * interval '1 second')
            """;

    static final String FIND =
            """
            SELECT client_id, request, made_at, signed_in_at, consented_at, chosen_at
              FROM interaction
             WHERE handle_hash = $1 AND browser_hash = $2 AND expires_at > now()
            """;

    static final String CONSENTED =
            "UPDATE interaction SET consented_at = now() WHERE handle_hash = $1 AND browser_hash = $2 AND expires_at > now()";

    static final String CHOSEN =
            "UPDATE interaction SET chosen_at = now() WHERE handle_hash = $1 AND browser_hash = $2 AND expires_at > now()";

    /** A sign-in changes the cookie: the browser is the same, its name is not. */
    static final String SIGNED_IN =
            """
            UPDATE interaction SET signed_in_at = now(), chosen_at = now(), browser_hash = $3
             WHERE handle_hash = $1 AND browser_hash = $2 AND expires_at > now()
            """;

    /** Of any number of callers one gets it. */
    static final String FINISH =
            "DELETE FROM interaction WHERE handle_hash = $1 AND browser_hash = $2 AND expires_at > now()";

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Database database;
    private final SecureRandom random;

    public Interactions(Database database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** The new handle. */
    public Future<String> begin(BrowserCookie browser, ClientId client, JsonObject request) {
        String handle = RandomText.of(random, 32);
        return database.query(
                        BEGIN, Tuple.of(hashOf(handle), browser.hash(), client.value(), request, LIFETIME.toSeconds()))
                .map(handle);
    }

    public Future<Optional<Interaction>> find(String handle, BrowserCookie browser) {
        if (!SHAPE.matcher(handle).matches()) return Future.succeededFuture(Optional.empty());
        return database.query(FIND, Tuple.of(hashOf(handle), browser.hash()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(interaction(handle, rows.iterator().next())));
    }

    /** The person agreed. */
    public Future<Void> consented(String handle, BrowserCookie browser) {
        return database.query(CONSENTED, Tuple.of(hashOf(handle), browser.hash()))
                .mapEmpty();
    }

    /** The person chose to go on as who they are. */
    public Future<Void> chosen(String handle, BrowserCookie browser) {
        return database.query(CHOSEN, Tuple.of(hashOf(handle), browser.hash())).mapEmpty();
    }

    /** The person gave a proof, and the browser a new cookie; {@link BrowserSignIns#ENTER} does the same on its way. */
    public Future<Void> signedIn(String handle, BrowserCookie before, BrowserCookie after) {
        return database.query(SIGNED_IN, Tuple.of(hashOf(handle), before.hash(), after.hash()))
                .mapEmpty();
    }

    /** True for the one caller that ends it. */
    public Future<Boolean> finish(String handle, BrowserCookie browser) {
        return database.query(FINISH, Tuple.of(hashOf(handle), browser.hash())).map(rows -> rows.rowCount() == 1);
    }

    private static Interaction interaction(String handle, Row row) {
        return new Interaction(
                handle,
                new ClientId(row.getString("client_id")),
                row.getJsonObject("request"),
                row.getOffsetDateTime("made_at").toInstant(),
                at(row.getOffsetDateTime("signed_in_at")),
                at(row.getOffsetDateTime("consented_at")),
                at(row.getOffsetDateTime("chosen_at")));
    }

    private static Optional<Instant> at(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    /** For the statement of a sign-in, which takes the browser's interactions along. */
    static Buffer hashOf(String handle) {
        return OneTime.hash(handle);
    }
}
