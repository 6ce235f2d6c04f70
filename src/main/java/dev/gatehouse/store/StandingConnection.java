package dev.gatehouse.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection that is opened again whenever it is lost or falls silent, for what lives in a session: listening, leading. */
final class StandingConnection {
    private static final Logger LOG = LoggerFactory.getLogger(StandingConnection.class);
    private static final Duration PULSE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(3);

    static final String STILL_THERE = "SELECT 1";

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final String name;
    private final Function<PgConnection, Future<Void>> onOpen;
    private final Runnable onLost;
    private volatile @Nullable PgConnection current;
    private volatile boolean closed;

    /**
     * @param onOpen what to do with a new connection; when it fails the connection is given up
     * @param onLost runs once for every connection whose {@code onOpen} has begun
     */
    StandingConnection(Database database, String name, Function<PgConnection, Future<Void>> onOpen, Runnable onLost) {
        this.vertx = database.vertx();
        this.name = name;
        this.onOpen = onOpen;
        this.onLost = onLost;
        // The server notices in seconds that we are gone, even when nothing says so.
        this.options = database.options()
                .addProperty("tcp_keepalives_idle", "2")
                .addProperty("tcp_keepalives_interval", "1")
                .addProperty("tcp_keepalives_count", "2");
    }

    void open() {
        if (closed) return;
        Future<PgConnection> connecting = PgConnection.connect(vertx, options);
        connecting.timeout(LIMIT.toMillis(), MILLISECONDS).onComplete(this::opened, failure -> {
            // One that comes too late is not wanted any more.
            connecting.onSuccess(PgConnection::close);
            later(failure);
        });
    }

    Optional<PgConnection> now() {
        return Optional.ofNullable(current);
    }

    Future<Void> close() {
        closed = true;
        PgConnection open = current;
        return open == null ? Future.succeededFuture() : open.close();
    }

    private void opened(PgConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        // Without a handler the driver prints a stack trace; what matters is that the connection closes.
        connection.exceptionHandler(failure -> LOG.debug("trouble on the connection for {}", name, failure));
        connection.closeHandler(gone -> lost(connection));
        // Without a handler the client prints what the server says at its end to standard error.
        connection.exceptionHandler(said -> LOG.debug("on the connection for {}", name, said));
        current = connection;
        onOpen.apply(connection)
                .timeout(LIMIT.toMillis(), MILLISECONDS)
                .onComplete(ready -> pulse(connection), failure -> giveUp(connection, failure));
    }

    private void pulse(PgConnection connection) {
        if (current != connection) return;
        vertx.setTimer(PULSE.toMillis(), timer -> connection
                .query(STILL_THERE)
                .execute()
                .timeout(LIMIT.toMillis(), MILLISECONDS)
                .onComplete(alive -> pulse(connection), failure -> giveUp(connection, failure)));
    }

    private void giveUp(PgConnection connection, Throwable failure) {
        LOG.debug("giving up the connection for {}", name, failure);
        lost(connection);
        connection.close();
    }

    private synchronized void lost(PgConnection connection) {
        if (current != connection) return;
        current = null;
        onLost.run();
        later(null);
    }

    private void later(@Nullable Throwable failure) {
        if (closed) return;
        if (failure != null) LOG.debug("no connection for {}", name, failure);
        vertx.setTimer(PULSE.toMillis(), timer -> open());
    }
}
