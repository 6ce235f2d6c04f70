package dev.gatehouse.identity;

import dev.gatehouse.identity.PasswordHasher.Checked;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a "no" takes. Hashes from elsewhere take longer or shorter than ours, which would tell who has one, and so who is here at all: therefore every "no" takes
 * as long as the slowest kind that was met, counted from when the work began, and no thread waits meanwhile. Until a kind of another cost is met, nobody waits; while
 * the first are met, everybody does.
 */
final class Patience {
    private static final long LONGEST = Duration.ofSeconds(3).toNanos();

    private final Vertx vertx;
    private final AtomicLong least = new AtomicLong();
    private volatile long ours;
    private volatile Future<Void> firstMet = Future.succeededFuture();

    Patience(Vertx vertx) {
        this.vertx = vertx;
    }

    /** An answer, whether its hash is as ours are today, and how long it was worked on. */
    record Timed(Checked checked, boolean ofToday, long nanos) {}

    Future<Checked> settled(Timed timed) {
        long began = System.nanoTime() - timed.nanos();
        know(timed);
        if (timed.checked().right()) return Future.succeededFuture(timed.checked());
        if (firstMet.isComplete()) return no(timed, began);
        Context asker = vertx.getOrCreateContext();
        Promise<Checked> later = Promise.promise();
        firstMet.onComplete(met -> asker.runOnContext(now -> no(timed, began).onComplete(later)));
        return later.future();
    }

    /** Kinds are being met; where none was before, every "no" waits for them. */
    void until(Future<Void> met) {
        if (least.get() == 0) firstMet = met;
    }

    void know(Timed timed) {
        if (timed.ofToday()) ours = timed.nanos();
        else met(timed.nanos());
    }

    private Future<Checked> no(Timed timed, long began) {
        long missing = least.get() - (System.nanoTime() - began);
        return missing < TimeUnit.MILLISECONDS.toNanos(1)
                ? Future.succeededFuture(timed.checked())
                : vertx.timer(missing, TimeUnit.NANOSECONDS).map(timed.checked());
    }

    /** A quarter more than the slower of the two took, so that the next of either has to wait too. */
    private void met(long nanos) {
        long slower = Math.max(nanos, ours);
        least.accumulateAndGet(Math.min(LONGEST, slower + slower / 4), Math::max);
    }
}
