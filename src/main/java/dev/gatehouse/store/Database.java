package dev.gatehouse.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements, each bounded in time and in how many may wait. While the server is away everything is refused at once with
 * {@code database_unavailable}, and only a probe asks for it, once a second; its first answer opens the door again.
 */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Longer than the server's own {@code statement_timeout}: when this one is reached, nobody is listening at the other end. */
    private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(6);

    private static final Duration WORK_LIMIT = Duration.ofSeconds(10);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** What the schema itself refuses (V007). */
    private static final String LAST_ADMINISTRATOR = "GH001";

    static final String PROBE = "SELECT pg_is_in_recovery() AS standby";

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final InstantSource clock;
    /** Connections are drawn and probed here, whoever asks: drawn inside a verticle they would close with it. */
    private final Context context;

    private final long timer;
    private volatile Lines lines;
    private volatile Optional<Instant> downSince = Optional.empty();
    private volatile boolean probing;
    private volatile boolean closed;

    private Database(Vertx vertx, PgConnectOptions options, InstantSource clock) {
        this.vertx = vertx;
        this.options = Connections.settled(options);
        this.clock = clock;
        this.context = vertx.getOrCreateContext();
        this.lines = Lines.draw(vertx, this.options);
        this.timer = vertx.setPeriodic(PROBE_EVERY.toMillis(), tick -> probe());
    }

    /** Opens nothing yet: the first statement connects. Not to be called within a verticle. */
    public static Database open(Vertx vertx, PgConnectOptions options, InstantSource clock) {
        return new Database(vertx, options, clock);
    }

    /** Runs one statement, prepared once per connection. Whether it took effect is unknown when it fails with {@code database_unavailable}. */
    public Future<RowSet<Row>> query(String sql, Tuple args) {
        if (downSince.isPresent()) return Future.failedFuture(unavailable());
        return run(sql, args, Lines.PIPELINED).recover(this::refused);
    }

    /** Runs the work in one transaction: committed when its future succeeds, rolled back otherwise. */
    public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        if (downSince.isPresent()) return Future.failedFuture(unavailable());
        return lines.transactions()
                .getConnection()
                .recover(Outage::noConnection)
                .compose(connection -> transact(connection, work))
                .recover(this::refused);
    }

    /** Since when the server has not answered; empty while it does. */
    public Optional<Instant> downSince() {
        return downSince;
    }

    /** Succeeds as soon as the server takes writes, and says every few seconds that it waits; fails with a {@link StartFailure} when waiting is in vain. */
    public Future<Void> awaitReady() {
        return new Waiting(vertx, this::ask, options.getHost()).untilReady();
    }

    /** How many connections transactions have open. */
    public int transactionConnections() {
        return lines.transactions().size();
    }

    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        return lines.close();
    }

    /** How to open a connection of one's own to the same server, for what needs a session: listening, leading, migrating. */
    PgConnectOptions options() {
        return new PgConnectOptions(options);
    }

    Vertx vertx() {
        return vertx;
    }

    /** A plan that outlived a change of its table is dropped by the connection that had it; each connection may have one. */
    private Future<RowSet<Row>> run(String sql, Tuple args, int retries) {
        return lines.statements()
                .preparedQuery(sql)
                .execute(args)
                .timeout(STATEMENT_LIMIT.toMillis(), MILLISECONDS)
                .recover(failure -> Outage.isStalePlan(failure) && retries > 0
                        ? run(sql, args, retries - 1)
                        : Future.failedFuture(failure));
    }

    private static <T> Future<T> transact(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        return connection
                .begin()
                .compose(transaction -> Future.<T>future(
                                promise -> work.apply(connection).onComplete(promise))
                        .timeout(WORK_LIMIT.toMillis(), MILLISECONDS)
                        .compose(
                                result -> transaction.commit().map(result),
                                failure -> rolledBack(transaction, failure)))
                .eventually(connection::close);
    }

    private static <T> Future<T> rolledBack(Transaction transaction, Throwable failure) {
        return transaction.rollback().transform(done -> Future.failedFuture(failure));
    }

    private <T> Future<T> refused(Throwable failure) {
        if (failure instanceof PgException said && LAST_ADMINISTRATOR.equals(said.getSqlState()))
            return Future.failedFuture(Reason.LAST_ADMINISTRATOR.because(
                    "Nobody else administers this house: give somebody else the role `admin` first."));
        if (!Outage.is(failure)) return Future.failedFuture(failure);
        LOG.debug("a statement found no server", failure);
        context.runOnContext(soon -> {
            if (failure instanceof TimeoutException) redraw();
            probe();
        });
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
        ask().onComplete(answer -> context.runOnContext(soon -> {
            probing = false;
            if (answer.succeeded()) up();
            else down(answer.cause());
        }));
    }

    private Future<Void> ask() {
        return lines.probe()
                .preparedQuery(PROBE)
                .execute()
                .timeout(PROBE_LIMIT.toMillis(), MILLISECONDS)
                .compose(Outage::refuseStandby);
    }

    private void up() {
        downSince.ifPresent(since -> LOG.warn(
                "the database answers again, after {} s",
                Duration.between(since, clock.instant()).toSeconds()));
        downSince = Optional.empty();
    }

    private void down(Throwable failure) {
        if (closed) return;
        if (downSince.isEmpty()) {
            downSince = Optional.of(clock.instant());
            LOG.warn("the database cannot be reached: {}", failure.getMessage());
        }
        if (failure instanceof TimeoutException) redraw();
    }

    /** Connections that are silent rather than closed would stay so: others take their place. */
    private void redraw() {
        if (closed) return;
        Lines silent = lines;
        lines = Lines.draw(vertx, options);
        silent.close();
    }
}
