package dev.gatehouse.edge;

import dev.gatehouse.config.UpstreamSettings;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request's dealings with the servers of an API: whether the API is spared, a place in it, a target, and another target when that one fails. Whoever begins it
 * leaves it, once. Confined to the event loop of its request.
 */
final class Attempts extends Bulkhead.Waiting {
    private enum Place {
        NONE,
        AWAITED,
        TAKEN
    }

    private final Passage passage;
    private final Choosing choosing;
    private final Servers servers;
    private Place place = Place.NONE;
    private @Nullable Context context;
    private @Nullable Runnable go;
    private @Nullable Target target;
    private long tried;
    private int retries;

    Attempts(Passage passage, Choosing choosing) {
        this.passage = passage;
        this.choosing = choosing;
        this.servers = choosing.servers;
    }

    /** Why nothing is sent, in words for the caller, and when to come again. */
    @FunctionalInterface
    interface Refusing {
        void refuse(Reason reason, String detail, Duration retryAfter);
    }

    /** Runs {@code next} as soon as there is a place, on this event loop; or refuses at once. */
    void begin(long now, Runnable next, Refusing refusing) {
        choosing.budget.asked();
        long rest = servers.rest(now);
        if (rest > 0) {
            refusing.refuse(
                    Reason.UPSTREAM_SPARED,
                    "The API has hardly answered lately and is given a rest.",
                    Duration.ofNanos(rest));
        } else if (servers.bulkhead.enter()) {
            place = Place.TAKEN;
            next.run();
        } else {
            await(next, refusing);
        }
    }

    private void await(Runnable next, Refusing refusing) {
        go = next;
        context = passage.context.vertx().getOrCreateContext();
        place = Place.AWAITED;
        if (servers.bulkhead.await(this)) return;
        place = Place.NONE;
        refusing.refuse(Reason.BUSY, "Too many requests wait for this API.", Duration.ofSeconds(1));
    }

    /** On whichever loop a place came free. */
    @Override
    void enter() {
        Context own = context;
        if (own != null) own.runOnContext(turn -> takePlace());
    }

    private void takePlace() {
        if (place != Place.AWAITED) {
            servers.bulkhead.leave();
            return;
        }
        place = Place.TAKEN;
        Runnable next = go;
        if (next != null) next.run();
    }

    boolean isWaiting() {
        return place == Place.AWAITED;
    }

    UpstreamSettings settings() {
        return servers.settings;
    }

    /** The target of the next attempt; the one before is left. */
    Target next(long now) {
        leaveTarget();
        int index = choosing.next(passage, tried, now);
        tried |= 1L << index;
        Target chosen = servers.target(index);
        chosen.underWay.incrementAndGet();
        target = chosen;
        return chosen;
    }

    void answered(int status, long now) {
        Target asked = target;
        if (asked != null) servers.answered(asked, status, now);
    }

    void failed(long now) {
        Target asked = target;
        if (asked != null) servers.failed(asked, now);
    }

    /** Spends one retry if there is one, and another address to go to with it. */
    boolean mayTryAgain(long now) {
        Target asked = target;
        if (asked == null || retries >= servers.settings.retry() || servers.isSpared()) return false;
        if (servers.size() == 1 && asked.addresses.size() == 1) return false;
        if (!choosing.budget.spend(now)) return false;
        retries++;
        return true;
    }

    /** The request is over, or goes no further. */
    void leave() {
        leaveTarget();
        leavePlace();
    }

    /** It goes on, and nobody has to wait for it any more; its target is as busy as before. */
    void leavePlace() {
        Place before = place;
        place = Place.NONE;
        if (before == Place.TAKEN) servers.bulkhead.leave();
        else if (before == Place.AWAITED) servers.bulkhead.goAway(this);
    }

    private void leaveTarget() {
        Target asked = target;
        if (asked != null) asked.underWay.decrementAndGet();
        target = null;
    }
}
