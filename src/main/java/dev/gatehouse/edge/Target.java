package dev.gatehouse.edge;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** One server of an API and what is known of it, the same for all event loops. Outlives settings that do not name another one. */
final class Target {
    final URI url;
    final Origin origin;
    final long seed;
    final TargetAddresses addresses;
    final AtomicInteger underWay = new AtomicInteger();
    private final Shared<Ejection> ejection = new Shared<>(Ejection.FINE);
    private volatile Health health = Health.UNKNOWN;
    /** It chose HTTP/1.1 where it had the choice. */
    volatile boolean choseHttp1;

    Target(URI url) {
        this.url = url;
        this.origin = Origin.of(url);
        this.seed = Balancer.hash(url.toString());
        this.addresses = TargetAddresses.of(url);
    }

    Health health() {
        return health;
    }

    /** Only the prober says so. */
    void health(Health now) {
        health = now;
    }

    Ejection ejection() {
        return ejection.get();
    }

    /** Well, and not taken out. */
    boolean isGood(long now) {
        return health.well() && !ejection.get().isOut(now);
    }

    /** False: it is on trial, and somebody else was faster. */
    boolean take(long now) {
        Ejection state = ejection.get();
        return state.isIn() || (!state.isOut(now) && ejection.replace(state, state.tried(now)));
    }

    void answered(long now) {
        Ejection before = ejection.get();
        ejection.replace(before, before.answered(now));
    }

    void failed(long now, boolean dispensable) {
        ejection.change(state -> state.failed(now, dispensable));
    }
}
