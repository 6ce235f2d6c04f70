package dev.gatehouse.edge;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The places that one API has in this process, and a bounded queue before them. Without locks, for all event loops. */
final class Bulkhead {
    /** Somebody who waits; what it does when its turn comes is done on the loop of whoever left. */
    abstract static class Waiting {
        /** Whether it has been called, or has gone away. */
        private final AtomicInteger settled = new AtomicInteger();

        abstract void enter();
    }

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private volatile int places;
    private volatile int seats;

    Bulkhead(int places, int seats) {
        this.places = places;
        this.seats = seats;
    }

    /** New settings; who is inside stays. */
    void resize(int newPlaces, int newSeats) {
        places = newPlaces;
        seats = newSeats;
        admit();
    }

    int inside() {
        return inside.get();
    }

    int waiting() {
        return waiting.get();
    }

    /** True: inside. Whoever waits goes first. */
    boolean enter() {
        return waiting.get() == 0 && take();
    }

    /** False: even the queue is full. */
    boolean await(Waiting some) {
        if (waiting.incrementAndGet() > seats) {
            waiting.decrementAndGet();
            return false;
        }
        queue.add(some);
        admit();
        return true;
    }

    /** True: it will not be called any more. */
    boolean goAway(Waiting some) {
        if (!some.settled.compareAndSet(0, 1)) return false;
        if (queue.remove(some)) waiting.decrementAndGet();
        return true;
    }

    void leave() {
        inside.decrementAndGet();
        if (waiting.get() > 0) admit();
    }

    private boolean take() {
        int now = inside.get();
        while (now < places) {
            if (inside.compareAndSet(now, now + 1)) return true;
            now = inside.get();
        }
        return false;
    }

    /** Everybody there is a place for. Both who joins the queue and who leaves a place look, so that nobody is forgotten between the two. */
    private void admit() {
        while (!queue.isEmpty() && take()) {
            Waiting first = queue.poll();
            if (first != null) waiting.decrementAndGet();
            if (first != null && first.settled.compareAndSet(0, 1)) first.enter();
            else inside.decrementAndGet();
        }
    }
}
