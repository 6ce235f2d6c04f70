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
            "0A000", // a plan that outlived a change of its table; the next statement has a new one
            "25006", // read-only: a standby after a failover
            "40001", // serialization_failure
            "40P01", // deadlock_detected
            "55P03", // lock_not_available
            "57014", // statement_timeout
            "57P01", // admin_shutdown, pg_terminate_backend
            "57P02", // crash_shutdown
            "57P03"); // cannot_connect_now: starting or stopping

    private Outage() {}

    static boolean is(Throwable failure) {
        if (failure instanceof PgException said) {
            String state = String.valueOf(said.getSqlState());
            // 08 connection exceptions, 25P03 idle too long, 53 insufficient resources, 58 system errors
            return STATES.contains(state)
                    || state.startsWith("08")
                    || state.startsWith("25P")
                    || state.startsWith("53")
                    || state.startsWith("58");
        }
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || (failure instanceof VertxException && !isWrongArgument(failure));
    }

    /** A prepared statement that outlived a change of its table; nothing of it has run. */
    static boolean isStalePlan(Throwable failure) {
        return failure instanceof PgException said && "0A000".equals(said.getSqlState());
    }

    /** The pool says that it has no connection to give in many ways; all of them mean the same. */
    static <T> Future<T> noConnection(Throwable failure) {
        return Future.failedFuture(
                failure instanceof PgException ? failure : new IOException("no connection", failure));
    }

    static Future<Void> refuseStandby(RowSet<Row> answer) {
        return answer.iterator().next().getBoolean("standby")
                ? Future.failedFuture(new IOException("the server is a standby and takes no writes"))
                : Future.succeededFuture();
    }

    /** The client's own complaint about arguments that do not fit the statement: a bug of ours. */
    private static boolean isWrongArgument(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Parameter at position") || message.startsWith("The number of parameters");
    }
}
