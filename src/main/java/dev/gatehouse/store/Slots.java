package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of {@link OneTime} whose time is over are emptied by TRUNCATE, which costs the same for one row and for a million. The quarter before the last is over for
 * any clock; new rows reach at most five quarters ahead, and the ring has eight. Whoever is in the way is not waited for: the next round comes in a minute.
 */
final class Slots {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    /** Both from one look at the server's clock. {@code living} guards against a clock that was stepped back. */
    static final String OVER =
            """
            SELECT over.slot,
                   EXISTS (SELECT FROM one_time o WHERE o.slot = over.slot) AS filled,
                   EXISTS (SELECT FROM one_time o WHERE o.slot = over.slot AND o.expires_at > now() - interval '10 minutes') AS living
              FROM (SELECT ((extract(epoch FROM now())::bigint / 900 + 6) % 8)::smallint AS slot) over
            """;

    private static final String PATIENCE = "SET LOCAL lock_timeout = '100ms'";

    private final Database database;

    Slots(Database database) {
        this.database = database;
    }

    /** Whether a slot was emptied. */
    Future<Boolean> emptyOver() {
        return database.query(OVER, Tuple.tuple()).compose(rows -> {
            var row = rows.iterator().next();
            if (!row.getBoolean("filled")) return Future.succeededFuture(false);
            if (row.getBoolean("living")) {
                LOG.warn(
                        "one-time slot {} should be over and is not: has a clock been set back?", row.getShort("slot"));
                return Future.succeededFuture(false);
            }
            return empty(row.getShort("slot"));
        });
    }

    private Future<Boolean> empty(short slot) {
        return database.inTransaction(
                        transaction -> transaction.query(PATIENCE).execute().compose(set -> transaction
                                .query("TRUNCATE one_time_" + slot)
                                .execute()))
                .map(true)
                .recover(busy -> {
                    LOG.debug("one-time slot {} is in use", slot, busy);
                    return Future.succeededFuture(false);
                });
    }
}
