package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * What comes true within so long of a machine that runs. A look and the pause before the next take some milliseconds; where a round took longer, the machine was held
 * up by something else, and that is not the house's time.
 */
public final class Within {
    private static final long PAUSE_NANOS = 10_000_000;
    private static final long ROUND_NANOS = 100_000_000;

    private Within() {}

    public static void holds(Duration limit, Callable<Boolean> condition) {
        asserted(limit, () -> assertThat(condition.call()).as("within " + limit).isTrue());
    }

    public static void asserted(Duration limit, ThrowingCallable claim) {
        long left = limit.toNanos();
        while (true) {
            long began = System.nanoTime();
            try {
                claim.call();
                return;
            } catch (AssertionError notYet) {
                if (left <= 0) throw notYet;
            } catch (RuntimeException | Error broken) {
                throw broken;
            } catch (Throwable failed) {
                throw new AssertionError(failed);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            left -= Math.min(ROUND_NANOS, System.nanoTime() - began);
        }
    }
}
