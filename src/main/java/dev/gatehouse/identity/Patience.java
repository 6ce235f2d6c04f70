package dev.gatehouse.identity;

import dev.gatehouse.identity.PasswordHasher.Checked;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a "no" takes. Hashes from elsewhere take longer or shorter than ours, which would tell who has one, and so who is here at all: therefore every "no" takes
 * as long as the slowest kind that was met, counted from when the work began, and no thread waits meanwhile. Until a kind of another cost is met, nobody waits.
 */
final class Patience {
    private static final long LONGEST = Duration.ofSeconds(3).toNanos();

    private final Vertx vertx;
    private final AtomicLong least = new AtomicLong();
    private volatile long ours;

    Patience(Vertx vertx) {
        this.vertx = vertx;
    }

    /** An answer, whether its hash is as ours are today, and how long it was worked on. */
    record Timed(Checked checked, boolean ofToday, long nanos) {}

    Future<Checked> settled(Timed timed) {
        if (timed.ofToday()) ours = timed.nanos();
        else met(timed.nanos());
        long missing = least.get() - timed.nanos();
        if (timed.checked().right() || missing < TimeUnit.MILLISECONDS.toNanos(1))
            return Future.succeededFuture(timed.checked());
        return vertx.timer(missing, TimeUnit.NANOSECONDS).map(timed.checked());
    }

    /** A quarter more than the slower of the two took, so that the next of either has to wait too. */
    private void met(long nanos) {
        long slower = Math.max(nanos, ours);
        least.accumulateAndGet(Math.min(LONGEST, slower + slower / 4), Math::max);
    }
}
