package dev.gatehouse.edge;

import java.time.Duration;

/** Whether a body arrives at a pace that is worth waiting for: so many bytes at least in each window while we are ready to read. */
final class BodyProgress {
    /** Less than this in a whole window is nobody's network, but somebody's patience (slow-body attacks). */
    private static final long LEAST = 1024;

    private final long windowNanos;
    private final long least;
    private long received;
    private long atStart;
    private long ends = Long.MAX_VALUE;

    /** Nothing is awaited before the first {@link #open}. */
    BodyProgress(Duration window) {
        this(window, LEAST);
    }

    private BodyProgress(Duration window, long least) {
        this.windowNanos = window.toNanos();
        this.least = least;
    }

    /** Of messages that are sent as they arise: anything at all. */
    static BodyProgress ofMessages(Duration window) {
        return new BodyProgress(window, 1);
    }

    /** Begins a window: at the start, and when we read on after a pause of our own. */
    void open() {
        atStart = received;
        ends = System.nanoTime() + windowNanos;
    }

    void add(int bytes) {
        received += bytes;
    }

    long received() {
        return received;
    }

    boolean isTooSlow(long now) {
        if (now < ends) return false;
        boolean slow = received - atStart < least;
        if (!slow) open();
        return slow;
    }
}
