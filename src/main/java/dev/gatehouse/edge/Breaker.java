package dev.gatehouse.edge;

import dev.gatehouse.config.BreakerSettings;

/**
 * Spares an API that hardly answers any more. When enough of enough calls in a window have failed, nothing is sent for a while, then one call at a time tries, and two
 * good ones in a row end it. Immutable, and a good call in good times changes nothing: calls are counted elsewhere and their count is an input. Moments are of
 * {@link System#nanoTime}.
 *
 * @param moment open: when it may be tried; half open: when the trying call is taken for lost
 * @param good half open: how many tries went well
 */
record Breaker(State state, Window window, int good, long moment) {
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** Two halves, of which the first is complete; {@code calls} is the count of all calls ever when a half began. */
    record Window(long firstCalls, int firstFailures, long calls, int failures, long began) {
        private Window at(long now, long count, BreakerSettings by) {
            long half = by.window().toNanos() / 2;
            return now - began < half ? this : new Window(calls, failures, count, 0, now);
        }

        private Window failed() {
            return new Window(firstCalls, firstFailures, calls, failures + 1, began);
        }

        private boolean isTooMuch(long count, BreakerSettings by) {
            long all = count - firstCalls;
            return all >= by.calls() && (firstFailures + failures) * 100L >= by.percent() * all;
        }
    }

    private static final int GOOD_ONES = 2;

    static Breaker closed(long now, long count) {
        return new Breaker(State.CLOSED, new Window(count, 0, count, 0, now), 0, 0);
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Nanoseconds until somebody may try; 0: somebody may now. */
    long rest(long now) {
        return isClosed() ? 0 : Math.max(0, moment - now);
    }

    /** A call goes to try. */
    Breaker tried(long now, BreakerSettings by) {
        return new Breaker(State.HALF_OPEN, window, good, now + by.rest().toNanos());
    }

    /** Time passes. {@code count} is how many calls there ever were. */
    Breaker at(long now, long count, BreakerSettings by) {
        if (!isClosed()) return this;
        Window later = window.at(now, count, by);
        return later == window ? this : new Breaker(state, later, 0, 0);
    }

    Breaker answered(long now, long count) {
        if (state != State.HALF_OPEN) return this;
        return good + 1 < GOOD_ONES ? new Breaker(state, window, good + 1, now) : closed(now, count);
    }

    /** {@code count} has this call in it. */
    Breaker failed(long now, long count, BreakerSettings by) {
        return switch (state) {
            case CLOSED -> {
                Window more = window.at(now, count - 1, by).failed();
                yield more.isTooMuch(count, by) ? open(now, by) : new Breaker(state, more, 0, 0);
            }
            case HALF_OPEN -> open(now, by);
            // A call that was under way when it opened.
            case OPEN -> this;
        };
    }

    private Breaker open(long now, BreakerSettings by) {
        return new Breaker(State.OPEN, window, 0, now + by.rest().toNanos());
    }
}
