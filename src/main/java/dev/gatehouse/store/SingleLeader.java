package dev.gatehouse.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of all nodes on a database, the one that does a task: whoever holds an advisory lock on a connection of its own.
 * When it dies PostgreSQL lets go of the lock, and another has it within seconds.
 */
public final class SingleLeader {
    private static final Logger LOG = LoggerFactory.getLogger(SingleLeader.class);
    private static final Duration TRY_EVERY = Duration.ofSeconds(1);

    static final String TRY = "SELECT pg_try_advisory_lock(hashtextextended($1, 7160311284206143811)) AS leads";

    private final Vertx vertx;
    private final String task;
    private final StandingConnection connection;
    private final List<Runnable> onLeading = new CopyOnWriteArrayList<>();
    private final List<Runnable> onLost = new CopyOnWriteArrayList<>();
    private final List<Long> timers = new CopyOnWriteArrayList<>();
    private volatile boolean leads;

    private SingleLeader(Database database, String task) {
        this.vertx = database.vertx();
        this.task = task;
        this.connection = new StandingConnection(database, task, this::stand, this::stepDown);
    }

    /** A candidate for the task; it does not stand before {@link #start}. */
    public static SingleLeader of(Database database, String task) {
        return new SingleLeader(database, task);
    }

    /** Runs whenever this node becomes the leader. */
    public SingleLeader onLeading(Runnable begins) {
        onLeading.add(begins);
        return this;
    }

    /** Runs whenever this node has been the leader and no longer is. */
    public SingleLeader onLost(Runnable ends) {
        onLost.add(ends);
        return this;
    }

    /** Runs the job at this pace while this node leads, never twice at a time. */
    public SingleLeader every(Duration period, Supplier<? extends Future<?>> job) {
        var rounds = new Rounds(job);
        timers.add(vertx.setPeriodic(period.toMillis(), timer -> rounds.next()));
        return this;
    }

    public SingleLeader start() {
        connection.open();
        return this;
    }

    public boolean leads() {
        return leads;
    }

    /** Steps down at once, so that another node need not wait. */
    public Future<Void> close() {
        timers.forEach(vertx::cancelTimer);
        Future<Void> closed = connection.close();
        stepDown();
        return closed;
    }

    private Future<Void> stand(PgConnection open) {
        return open.preparedQuery(TRY).execute(Tuple.of(task)).compose(rows -> {
            if (rows.iterator().next().getBoolean("leads")) lead(open);
            else standLater(open);
            return Future.succeededFuture();
        });
    }

    private void standLater(PgConnection open) {
        vertx.setTimer(TRY_EVERY.toMillis(), timer -> {
            if (isCurrent(open)) stand(open).onFailure(failure -> standLater(open));
        });
    }

    private boolean isCurrent(PgConnection open) {
        return connection.now().filter(current -> current == open).isPresent();
    }

    private synchronized void lead(PgConnection open) {
        if (leads || !isCurrent(open)) return;
        leads = true;
        LOG.info("this node now leads {}", task);
        onLeading.forEach(Runnable::run);
    }

    private synchronized void stepDown() {
        if (!leads) return;
        leads = false;
        LOG.info("this node no longer leads {}", task);
        onLost.forEach(Runnable::run);
    }

    /** The rounds of one job, one after the other. */
    private final class Rounds {
        private final Supplier<? extends Future<?>> job;
        private boolean underWay;

        Rounds(Supplier<? extends Future<?>> job) {
            this.job = job;
        }

        void next() {
            if (!leads || underWay) return;
            underWay = true;
            attempt()
                    .onFailure(failure -> LOG.warn("{} failed: {}", task, failure.getMessage()))
                    .onComplete(done -> underWay = false);
        }

        private Future<?> attempt() {
            try {
                return job.get();
            } catch (RuntimeException failure) {
                return Future.failedFuture(failure);
            }
        }
    }
}
