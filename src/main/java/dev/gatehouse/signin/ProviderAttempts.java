package dev.gatehouse.signin;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Browsers that are on their way to another provider, and people who came back and are not known yet: each under an unguessable handle that is good in the browser it was
 * given to, for ten minutes, once. It comes along when the browser gets a new cookie ({@link BrowserSignIns#ENTER}), so that tabs do not end each other.
 */
final class ProviderAttempts {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    static final String BEGIN =
            """
            INSERT INTO provider_attempt (handle_hash, browser_hash, kind, data, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5::bigint * interval '1 second')
            """;

    /** Of any number of callers one gets it; in another browser it is not there, and stays. */
    static final String TAKE =
            """
            DELETE FROM provider_attempt
             WHERE handle_hash = $1 AND browser_hash = $2 AND kind = $3 AND expires_at > now()
            RETURNING data, made_at
            """;

    static final String LOOK =
            """
            SELECT data, made_at
              FROM provider_attempt
             WHERE handle_hash = $1 AND browser_hash = $2 AND kind = $3 AND expires_at > now()
            """;

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Database database;

    ProviderAttempts(Database database) {
        this.database = database;
    }

    enum Kind {
        /** Sent away with a question. */
        SENT,
        /** Back with an answer, and not known here. */
        STRANGER
    }

    record Found(JsonObject data, Instant madeAt) {}

    Future<Void> begin(String handle, BrowserCookie browser, Kind kind, JsonObject data) {
        return database.query(
                        BEGIN, Tuple.of(OneTime.hash(handle), browser.hash(), stored(kind), data, LIFETIME.toSeconds()))
                .mapEmpty();
    }

    Future<Optional<Found>> take(String handle, BrowserCookie browser, Kind kind) {
        return asked(TAKE, handle, browser, kind);
    }

    Future<Optional<Found>> look(String handle, BrowserCookie browser, Kind kind) {
        return asked(LOOK, handle, browser, kind);
    }

    private Future<Optional<Found>> asked(String statement, String handle, BrowserCookie browser, Kind kind) {
        if (!SHAPE.matcher(handle).matches()) return Future.succeededFuture(Optional.empty());
        return database.query(statement, Tuple.of(OneTime.hash(handle), browser.hash(), stored(kind)))
                .map(ProviderAttempts::found);
    }

    private static Optional<Found> found(RowSet<Row> rows) {
        if (rows.size() == 0) return Optional.empty();
        Row row = rows.iterator().next();
        return Optional.of(new Found(
                row.getJsonObject("data"), row.getOffsetDateTime("made_at").toInstant()));
    }

    private static String stored(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
