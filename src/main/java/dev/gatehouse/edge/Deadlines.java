package dev.gatehouse.edge;

import io.vertx.core.Vertx;

/**
 * Everything on one event loop that may take too long, looked at ten times a second. One timer for all of them: starting and stopping a timer for
 * each request costs more than looking at a request again. Confined to its event loop.
 */
final class Deadlines {
    /** How late a deadline may be noticed. */
    static final long PERIOD_MILLIS = 100;

    /** Something that is watched: a link in a ring, so that joining and leaving cost nothing. */
    abstract static class Watched {
        Watched before = this;
        Watched after = this;

        /** Called about every {@link #PERIOD_MILLIS}; may leave, and close what it likes. */
        abstract void look(long nowNanos);

        final boolean isWatched() {
            return after != this;
        }
    }

    private static final class Ring extends Watched {
        @Override
        void look(long nowNanos) {}
    }

    private final Vertx vertx;
    private final Ring ring = new Ring();
    private boolean armed;

    Deadlines(Vertx vertx) {
        this.vertx = vertx;
    }

    void watch(Watched some) {
        if (some.isWatched()) return;
        some.after = ring;
        some.before = ring.before;
        ring.before.after = some;
        ring.before = some;
        if (!armed) arm();
    }

    void leave(Watched some) {
        some.before.after = some.after;
        some.after.before = some.before;
        some.before = some;
        some.after = some;
    }

    private void arm() {
        armed = true;
        vertx.setTimer(PERIOD_MILLIS, tick -> {
            armed = false;
            try {
                lookAtAll(System.nanoTime());
            } finally {
                if (ring.isWatched() && !armed) arm();
            }
        });
    }

    /** Who is looked at may leave, and may make its neighbour leave: each next one is asked for after the look, from one that is still in the ring. */
    private void lookAtAll(long nowNanos) {
        var place = new Ring();
        insertAfter(ring, place);
        try {
            while (place.after != ring) {
                Watched next = place.after;
                leave(place);
                insertAfter(next, place);
                next.look(nowNanos);
            }
        } finally {
            leave(place);
        }
    }

    private static void insertAfter(Watched here, Watched some) {
        some.before = here;
        some.after = here.after;
        here.after.before = some;
        here.after = some;
    }
}
