package dev.gatehouse.store;

import dev.gatehouse.vocabulary.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/**
 * Things that succeed once, over any number of nodes: kept as a hash under their kind, taken by one statement. What is taken and then does not fit stays taken.
 * A row is in the slot of the quarter of an hour in which it expires; slots that are over are emptied whole ({@link Slots}). Statements name the slots they look into:
 * to look into all eight costs ten times as much.
 */
public final class OneTime {
    /** A thing of one kind is nothing of another. */
    public enum Kind {
        CODE,
        PUSHED_REQUEST,
        ASSERTION,
        PROOF,
        PASSKEY,
        MAIL_VERIFY,
        MAIL_RESET,
        MAIL_CHANGE;

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** No thing lives longer: the ring of slots has turned once in two hours. */
    public static final Duration LONGEST = Duration.ofMinutes(70);

    /** What is kept to be taken lives shorter, so that three slots are all there is to look into. */
    public static final Duration LONGEST_KEPT = Duration.ofMinutes(14);

    static final int SLOTS = 8;
    static final int SLOT_SECONDS = 15 * 60;

    /** For statements: what expires from a quarter of an hour ago until one from now, by the server's clock. */
    public static final String NEAR =
            """
            AND slot IN ((extract(epoch FROM now())::bigint / 900 % 8)::smallint,
                     ((extract(epoch FROM now())::bigint / 900 + 1) % 8)::smallint,
                     ((extract(epoch FROM now())::bigint / 900 + 7) % 8)::smallint)
            """;

    /**
     * No row that lives too long, whatever a node's clock says: it would be in a slot that is emptied. Nobody waits for the disk: what is lost with a server that dies
     * within the second was worth nothing yet, and whatever is made of it is on disk only together with it (decision 0214).
     */
    static final String PUT =
            """
            INSERT INTO one_time (slot, kind, hash, expires_at, data)
            SELECT $1, $2, $3, $4, $5
              FROM set_config('synchronous_commit', 'off', true)
             WHERE $4 < now() + interval '14 minutes'
            """;

    /** The same within a transaction that is waited for anyway. */
    static final String PUT_WITHIN =
            """
            INSERT INTO one_time (slot, kind, hash, expires_at, data)
            SELECT $1, $2, $3, $4, $5
             WHERE $4 < now() + interval '14 minutes'
            """;

    static final String TAKE =
            """
            UPDATE one_time
               SET used_at = now(), grant_id = $3
             WHERE hash = $1
               AND kind = $2
               AND used_at IS NULL
               AND expires_at > now()
            """
                    + NEAR
                    + "RETURNING data";

    static final String LOOK =
            """
            SELECT data
              FROM one_time
             WHERE hash = $1
               AND kind = $2
               AND used_at IS NULL
               AND expires_at > now()
            """
                    + NEAR;

    static final String FIRST =
            """
            INSERT INTO one_time (slot, kind, hash, expires_at, used_at)
            SELECT $1, $2, $3, $4, now()
             WHERE $4 < now() + interval '70 minutes'
            ON CONFLICT DO NOTHING
            """;

    private final Database database;

    public OneTime(Database database) {
        this.database = database;
    }

    /** Keeps a secret's data until it is taken or has expired; fails where that is later than {@link #LONGEST_KEPT}. */
    public Future<Void> put(Kind kind, String secret, JsonObject data, Instant expires) {
        return database.query(PUT, kept(kind, secret, data, expires)).compose(OneTime::wasKept);
    }

    /** The same as a part of the caller's transaction. */
    public Future<Void> put(SqlConnection transaction, Kind kind, String secret, JsonObject data, Instant expires) {
        return transaction
                .preparedQuery(PUT_WITHIN)
                .execute(kept(kind, secret, data, expires))
                .compose(OneTime::wasKept);
    }

    private static Tuple kept(Kind kind, String secret, JsonObject data, Instant expires) {
        return Tuple.of(slot(expires), kind.stored(), hash(secret), expires.atOffset(ZoneOffset.UTC), data);
    }

    private static Future<Void> wasKept(RowSet<Row> rows) {
        return rows.rowCount() == 1
                ? Future.succeededFuture()
                : Future.failedFuture(new IllegalArgumentException("kept for too long, or a clock is wrong"));
    }

    /** For the one caller that takes it, as a part of its transaction: whoever comes meanwhile waits, and gets nothing if this one goes through. */
    public Future<Optional<JsonObject>> take(SqlConnection transaction, Kind kind, String secret) {
        return transaction
                .preparedQuery(TAKE)
                .execute(Tuple.of(hash(secret), kind.stored(), null))
                .map(OneTime::data);
    }

    /** For the one caller that takes it; {@code grant} is what will come of it. */
    public Future<Optional<JsonObject>> take(Kind kind, String secret, Optional<String> grant) {
        return database.query(TAKE, Tuple.of(hash(secret), kind.stored(), grant.orElse(null)))
                .map(OneTime::data);
    }

    /** Without taking it. */
    public Future<Optional<JsonObject>> look(Kind kind, String secret) {
        return database.query(LOOK, Tuple.of(hash(secret), kind.stored())).map(OneTime::data);
    }

    /** True for the first caller that names it, for as long as it has not expired; {@code expires} must follow from the thing itself. */
    public Future<Boolean> first(Kind kind, String name, Instant expires) {
        return database.query(
                        FIRST, Tuple.of(slot(expires), kind.stored(), hash(name), expires.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.rowCount() == 1);
    }

    private static Optional<JsonObject> data(Iterable<Row> rows) {
        var found = rows.iterator();
        return found.hasNext() ? Optional.of(found.next().getJsonObject("data")) : Optional.empty();
    }

    static short slot(Instant expires) {
        return (short) (expires.getEpochSecond() / SLOT_SECONDS % SLOTS);
    }

    /** What is stored of a secret. */
    public static Buffer hash(String secret) {
        return Buffer.buffer(Sha256.of(secret));
    }
}
