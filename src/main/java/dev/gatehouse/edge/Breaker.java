package dev.gatehouse.edge;

import dev.gatehouse.config.BreakerSettings;

/**
 * Spares an API that hardly answers any more. A failure opens a window; when enough of enough calls in it have failed, nothing is sent for a while, then one call at
 * a time tries, and two good ones in a row end it. Immutable, and in good times always the same object. Moments are of {@link System#nanoTime}.
 *
 * @param moment closed: when the window began; open: when it may be tried; half open: when the trying call is taken for lost
 */
record Breaker(State state, int calls, int failures, long moment) {
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private static final int GOOD_ONES = 2;

    static final Breaker CLOSED = new Breaker(State.CLOSED, 0, 0, 0);

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Nanoseconds until somebody may try; 0: somebody may now. */
    long rest(long now) {
        return isClosed() ? 0 : Math.max(0, moment - now);
    }

    /** A call goes to try. */
    Breaker tried(long now, BreakerSettings by) {
        return new Breaker(State.HALF_OPEN, calls, 0, now + by.rest().toNanos());
    }

    Breaker answered(long now, BreakerSettings by) {
        return switch (state) {
            case CLOSED -> {
                if (failures == 0) yield this;
                yield isOver(now, by) ? CLOSED : new Breaker(State.CLOSED, counted(), failures, moment);
            }
            case HALF_OPEN -> calls + 1 < GOOD_ONES ? new Breaker(State.HALF_OPEN, calls + 1, 0, now) : CLOSED;
            // A call that was under way when it opened.
            case OPEN -> this;
        };
    }

    Breaker failed(long now, BreakerSettings by) {
        return switch (state) {
            case CLOSED -> {
                boolean first = failures == 0 || isOver(now, by);
                int all = first ? 1 : counted();
                int bad = first ? 1 : failures + 1;
                boolean tooMany = all >= by.calls() && bad * 100L >= (long) by.percent() * all;
                yield tooMany ? open(now, by) : new Breaker(State.CLOSED, all, bad, first ? now : moment);
            }
            case HALF_OPEN -> open(now, by);
            case OPEN -> this;
        };
    }

    private int counted() {
        return Math.min(calls + 1, Integer.MAX_VALUE - 1);
    }

    private boolean isOver(long now, BreakerSettings by) {
        return now - moment > by.window().toNanos();
    }

    private static Breaker open(long now, BreakerSettings by) {
        return new Breaker(State.OPEN, 0, 0, now + by.rest().toNanos());
    }
}
