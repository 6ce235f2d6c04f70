package dev.gatehouse.oauth;

import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** What is still to be told: a row per client and session that ended, written by the trigger {@code session_over} with whatever ended it. */
final class LogoutDeliveries {
    /**
     * Taken by one node each, and due again later all the same: whoever takes it and dies leaves it to the next. The wait grows fourfold, from 20 seconds to two
     * hours: eight tries within some seven hours.
     */
    static final String TAKE =
            """
            UPDATE logout_delivery d
               SET attempts = d.attempts + 1,
                   due_at = now() + LEAST(20 * power(4, d.attempts), 7200) * interval '1 second'
             WHERE d.id = ANY (ARRAY(
                   SELECT id FROM logout_delivery WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED))
            RETURNING d.id, d.client_id, d.account_id, d.session_id, d.attempts, d.expires_at <= now() AS late
            """;

    static final String DONE = "DELETE FROM logout_delivery WHERE id = $1";

    private final Database database;

    LogoutDeliveries(Database database) {
        this.database = database;
    }

    /** {@code late}: nobody would care any more. */
    record Delivery(long id, ClientId client, UserId account, SessionId session, int attempts, boolean late) {}

    Future<List<Delivery>> take(int most) {
        return database.query(TAKE, Tuple.of(most)).map(rows -> {
            var taken = new ArrayList<Delivery>();
            for (Row row : rows) taken.add(delivery(row));
            return taken;
        });
    }

    Future<Void> done(Delivery delivery) {
        return database.query(DONE, Tuple.of(delivery.id())).mapEmpty();
    }

    private static Delivery delivery(Row row) {
        return new Delivery(
                row.getLong("id"),
                new ClientId(row.getString("client_id")),
                new UserId(row.getString("account_id")),
                new SessionId(row.getString("session_id")),
                row.getInteger("attempts"),
                row.getBoolean("late"));
    }
}
