package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few threads of their own for what is too slow for an event loop, and a queue with an end: whoever finds it full is told to come back. */
final class BoundedWorker {
    private static final Duration COME_BACK = Duration.ofSeconds(2);

    private final WorkerExecutor workers;
    private final int most;
    private final AtomicInteger underWay = new AtomicInteger();

    /** {@code threads} work at a time, and {@code waiting} more may wait. */
    BoundedWorker(Vertx vertx, String name, int threads, int waiting) {
        this.workers = vertx.createSharedWorkerExecutor(name, threads, 1, TimeUnit.MINUTES);
        this.most = threads + waiting;
    }

    <T> Future<T> inTurn(Callable<T> work) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return Future.failedFuture(full());
        }
        return workers.executeBlocking(work, false).onComplete(done -> underWay.decrementAndGet());
    }

    /** Refuses where {@link #inTurn} would, for whoever can know it before other work is done. */
    void refuseWhereFull() {
        if (underWay.get() >= most) throw full();
    }

    private static Refusal full() {
        return Reason.BUSY
                .because("Many people are signing in; try again in a moment.")
                .retryAfter(COME_BACK);
    }

    /** How many work or wait for their turn. */
    int underWay() {
        return underWay.get();
    }

    Future<Void> close() {
        return workers.close();
    }
}
