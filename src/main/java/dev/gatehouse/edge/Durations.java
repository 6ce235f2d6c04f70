package dev.gatehouse.edge;

import java.util.concurrent.atomic.LongAdder;

/** How long things took: how many within each bound, and all together. */
public final class Durations {
    private static final double[] BOUNDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Double.POSITIVE_INFINITY
    };
    private static final double NANOS = 1e9;

    private final LongAdder[] counts = new LongAdder[BOUNDS.length];
    private final LongAdder nanos = new LongAdder();

    Durations() {
        for (int i = 0; i < counts.length; i++) counts[i] = new LongAdder();
    }

    /** The upper bounds in seconds; the last is infinite. */
    public static double[] bounds() {
        return BOUNDS.clone();
    }

    /** How many took no longer than each bound, and longer than the one before. */
    public long[] counts() {
        var sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) sums[i] = counts[i].sum();
        return sums;
    }

    public double seconds() {
        return nanos.sum() / NANOS;
    }

    void add(long some) {
        double seconds = some / NANOS;
        int bound = 0;
        while (seconds > BOUNDS[bound]) bound++;
        counts[bound].increment();
        nanos.add(some);
    }
}
