package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What comes true by itself, soon. */
final class Eventually {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private static final long STILL_NANOS = 300_000_000L;

    private Eventually() {}

    static void holds(BooleanSupplier what) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!what.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** A count has moved, and then not for a while: everything that can be filled is full. */
    static void isStill(AtomicLong count) {
        long before = -1;
        while (count.get() == 0 || count.get() != before) {
            before = count.get();
            long end = System.nanoTime() + STILL_NANOS;
            while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
