package dev.gatehouse.edge;

/**
 * How much asking again an API is worth: a fifth of all requests, and a few besides, so that one that is dead is not asked twice by everybody. Confined to its event
 * loop; moments are of {@link System#nanoTime}.
 */
final class RetryBudget {
    static final int SHARE = 5;
    /** What there is at the start, and comes back at one a second. */
    static final int BESIDES = 5;
    /** Saved up at most. */
    static final int MOST = 50;

    private static final long SECOND = 1_000_000_000L;

    private int fifths = BESIDES * SHARE;
    private long refilled;

    RetryBudget(long now) {
        this.refilled = now;
    }

    void asked() {
        if (fifths < MOST * SHARE) fifths++;
    }

    boolean spend(long now) {
        refill(now);
        if (fifths < SHARE) return false;
        fifths -= SHARE;
        return true;
    }

    private void refill(long now) {
        long seconds = (now - refilled) / SECOND;
        if (seconds <= 0) return;
        refilled += seconds * SECOND;
        int full = BESIDES * SHARE;
        if (fifths < full) fifths = (int) Math.min(full, fifths + Math.min(seconds, BESIDES) * SHARE);
    }
}
