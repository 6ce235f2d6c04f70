package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Which failures mean that the server is away or unable, as against a statement that is wrong (PostgreSQL, appendix A: error codes). */
final class Outage {
    private static final Set<String> STATES = Set.of(
            "25006", // read-only: a standby after a failover
            "57014", // statement_timeout
            "57P01", // admin_shutdown, pg_terminate_backend
            "57P02", // crash_shutdown
            "57P03"); // cannot_connect_now: starting or stopping

    private Outage() {}

    static boolean is(Throwable failure) {
        if (failure instanceof PgException said) {
            String state = String.valueOf(said.getSqlState());
            // 08 connection exceptions, 53 insufficient resources, 58 system errors
            return STATES.contains(state) || state.startsWith("08") || state.startsWith("53") || state.startsWith("58");
        }
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof VertxException;
    }

    /** A prepared statement that outlived a change of its table; nothing of it has run. */
    static boolean isStalePlan(Throwable failure) {
        return failure instanceof PgException said && "0A000".equals(said.getSqlState());
    }

    static Future<Void> refuseStandby(RowSet<Row> answer) {
        return answer.iterator().next().getBoolean("standby")
                ? Future.failedFuture(new IOException("the server is a standby and takes no writes"))
                : Future.succeededFuture();
    }
}
