package dev.gatehouse.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements, each bounded in time and in how many may wait. Single statements are pipelined over a few connections; transactions have
 * a pool of their own. While the server is away everything is refused at once with {@code database_unavailable}, and a probe looks for it.
 */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(5);
    private static final Duration TRANSACTION_LIMIT = Duration.ofSeconds(15);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int PIPELINED_CONNECTIONS = 2;
    private static final int PIPELINE_DEPTH = 256;
    private static final int TRANSACTION_CONNECTIONS = 8;
    private static final int MAX_WAITING = 1_000;

    static final String PROBE = "SELECT pg_is_in_recovery() AS standby";

    /** The connections in use; replaced as a whole when they no longer answer. */
    private record Lines(SqlClient statements, Pool transactions) {
        Future<Void> close() {
            return Future.join(statements.close(), transactions.close()).mapEmpty();
        }
    }

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final InstantSource clock;
    private volatile Lines lines;
    private volatile Optional<Instant> downSince = Optional.empty();
    private final long probe;
    private volatile boolean probing;
    private volatile boolean closed;

    private Database(Vertx vertx, PgConnectOptions options, InstantSource clock) {
        this.vertx = vertx;
        this.options = Connections.settled(options);
        this.clock = clock;
        this.lines = draw();
        this.probe = vertx.setPeriodic(PROBE_EVERY.toMillis(), timer -> probe());
    }

    /** Opens nothing yet: the first statement connects. */
    public static Database open(Vertx vertx, PgConnectOptions options, InstantSource clock) {
        return new Database(vertx, options, clock);
    }

    /** Runs one statement, prepared once per connection. Whether it took effect is unknown when it fails with {@code database_unavailable}. */
    public Future<RowSet<Row>> query(String sql, Tuple args) {
        if (downSince.isPresent()) return Future.failedFuture(unavailable());
        return run(sql, args)
                .recover(failure -> Outage.isStalePlan(failure) ? run(sql, args) : Future.failedFuture(failure))
                .recover(this::refused);
    }

    /** Runs the work in one transaction: committed when its future succeeds, rolled back otherwise. */
    public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        if (downSince.isPresent()) return Future.failedFuture(unavailable());
        return lines.transactions()
                .getConnection()
                .compose(connection -> transact(connection, work))
                .timeout(TRANSACTION_LIMIT.toMillis(), MILLISECONDS)
                .recover(this::refused);
    }

    /** Since when the server has not answered; empty while it does. */
    public Optional<Instant> downSince() {
        return downSince;
    }

    /** How to open a connection of one's own to the same server, for what needs a session: listening, leading. */
    PgConnectOptions options() {
        return new PgConnectOptions(options);
    }

    Vertx vertx() {
        return vertx;
    }

    /** Succeeds when the server takes statements and writes; says every few seconds that it waits. */
    public Future<Void> awaitReady() {
        return new Waiting(vertx, this::ask).until();
    }

    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(probe);
        return lines.close();
    }

    private Future<RowSet<Row>> run(String sql, Tuple args) {
        return lines.statements().preparedQuery(sql).execute(args).timeout(STATEMENT_LIMIT.toMillis(), MILLISECONDS);
    }

    private <T> Future<T> transact(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        return connection
                .begin()
                .compose(transaction -> work(work, connection)
                        .compose(
                                result -> transaction.commit().map(result),
                                failure -> rolledBack(transaction, failure)))
                .eventually(connection::close);
    }

    private static <T> Future<T> work(Function<SqlConnection, Future<T>> work, SqlConnection connection) {
        try {
            return work.apply(connection);
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }

    private static <T> Future<T> rolledBack(Transaction transaction, Throwable failure) {
        return transaction.rollback().transform(done -> Future.failedFuture(failure));
    }

    private <T> Future<T> refused(Throwable failure) {
        if (!Outage.is(failure)) return Future.failedFuture(failure);
        LOG.debug("a statement found no server", failure);
        probe();
        return Future.failedFuture(unavailable());
    }

    private static Refusal unavailable() {
        return Reason.DATABASE_UNAVAILABLE
                .because("The database cannot be reached right now.")
                .retryAfter(RETRY_AFTER);
    }

    private void probe() {
        if (probing || closed) return;
        probing = true;
        ask().onComplete(answer -> {
            probing = false;
            if (answer.succeeded()) up();
            else down(answer.cause());
        });
    }

    private Future<Void> ask() {
        return lines.statements()
                .preparedQuery(PROBE)
                .execute()
                .timeout(PROBE_LIMIT.toMillis(), MILLISECONDS)
                .compose(Outage::refuseStandby);
    }

    private void up() {
        downSince.ifPresent(
                since -> LOG.warn("the database answers again, after {}", Duration.between(since, clock.instant())));
        downSince = Optional.empty();
    }

    private void down(Throwable failure) {
        if (closed) return;
        if (downSince.isEmpty()) {
            downSince = Optional.of(clock.instant());
            LOG.warn("the database cannot be reached: {}", failure.getMessage());
        }
        // Connections that are silent rather than closed would stay so: begin anew.
        Lines silent = lines;
        lines = draw();
        silent.close();
    }

    private Lines draw() {
        var net = new NetClientOptions()
                .setConnectTimeout((int) CONNECT_LIMIT.toMillis())
                .setTcpKeepAlive(true);
        SqlClient statements = PgBuilder.client()
                .with(new PoolOptions().setMaxSize(PIPELINED_CONNECTIONS).setMaxWaitQueueSize(MAX_WAITING))
                .with(net)
                .connectingTo(new PgConnectOptions(options).setPipeliningLimit(PIPELINE_DEPTH))
                .using(vertx)
                .build();
        Pool transactions = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(TRANSACTION_CONNECTIONS)
                        .setMaxWaitQueueSize(MAX_WAITING)
                        .setConnectionTimeout((int) STATEMENT_LIMIT.toMillis())
                        .setConnectionTimeoutUnit(MILLISECONDS))
                .with(net)
                .connectingTo(options)
                .using(vertx)
                .build();
        return new Lines(statements, transactions);
    }
}
