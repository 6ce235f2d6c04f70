package dev.gatehouse.clients.registration;

import dev.gatehouse.store.Database;
import dev.gatehouse.store.OneTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** Initial access tokens (RFC 7591 §1.2): each lets so many applications register, until it expires. Kept as hashes. */
final class InitialAccess {
    static final String LOOK =
            """
            SELECT uses_left
              FROM initial_access_token
             WHERE token_hash = $1
               AND uses_left > 0
               AND expires_at > now()
            """;

    /** Of many callers at once, as many get through as there are uses left. */
    static final String USE =
            """
            UPDATE initial_access_token
               SET uses_left = uses_left - 1
             WHERE token_hash = $1
               AND uses_left > 0
               AND expires_at > now()
            RETURNING uses_left
            """;

    private final Database database;

    InitialAccess(Database database) {
        this.database = database;
    }

    /** Whether it would still let somebody in; nothing is used up. */
    Future<Boolean> holds(String token) {
        return database.query(LOOK, Tuple.of(OneTime.hash(token))).map(rows -> rows.size() > 0);
    }

    /** False where somebody else had the last use. */
    static Future<Boolean> use(SqlClient transaction, String token) {
        return transaction
                .preparedQuery(USE)
                .execute(Tuple.of(OneTime.hash(token)))
                .map(rows -> rows.rowCount() == 1);
    }
}
