package dev.gatehouse.limits;

import java.time.Duration;

/**
 * A bucket of {@code capacity} tokens that refills evenly over {@code period}. Pure: what it remembers is one number, the moment (in nanoseconds) at which it
 * will be full again, so a full bucket and one never seen are the same thing (the generic cell rate algorithm, ITU-T I.371 Annex A).
 */
public record TokenBucket(int capacity, Duration period) {
    /** The state of a bucket nobody has taken from. */
    public static final long FULL = Long.MIN_VALUE;

    public TokenBucket {
        if (capacity < 1) throw new IllegalArgumentException("a bucket holds at least one token");
        if (period.isZero() || period.isNegative()) throw new IllegalArgumentException("a bucket takes time to fill");
    }

    /** The state after one token is taken; asked only when {@link #waitNanos} is zero. */
    public long take(long fullAt, long now) {
        return startFrom(fullAt, now) + nanosPerToken();
    }

    /** The state after a token is put back. */
    public long giveBack(long fullAt, long now) {
        return Math.max(now, startFrom(fullAt, now) - nanosPerToken());
    }

    /** How long until a token can be taken; zero: at once. */
    public long waitNanos(long fullAt, long now) {
        return Math.max(0, startFrom(fullAt, now) + nanosPerToken() - now - fillNanos());
    }

    /** How many tokens are there. */
    public int left(long fullAt, long now) {
        return (int) ((fillNanos() - (startFrom(fullAt, now) - now)) / nanosPerToken());
    }

    /** The state as it can be now: after a clock has stepped back, nobody is locked out for longer than the bucket takes to fill. */
    public long settled(long fullAt, long now) {
        return Math.min(fullAt, now + fillNanos());
    }

    private long startFrom(long fullAt, long now) {
        return Math.max(settled(fullAt, now), now);
    }

    private long nanosPerToken() {
        return period.toNanos() / capacity;
    }

    private long fillNanos() {
        return nanosPerToken() * capacity;
    }
}
