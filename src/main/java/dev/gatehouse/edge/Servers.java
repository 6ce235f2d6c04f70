package dev.gatehouse.edge;

import dev.gatehouse.config.BreakerSettings;
import dev.gatehouse.config.UpstreamSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The servers of one API, and how the API as a whole stands; the same for all event loops. */
final class Servers {
    final String api;
    final UpstreamSettings settings;
    final @Nullable UpstreamTls tls;
    final Bulkhead bulkhead;
    private final Target[] targets;
    private final long[] seeds;
    private final long all;
    private final @Nullable BreakerSettings breaking;
    private final Shared<Breaker> breaker;
    /** Every call that came to an end. */
    private final LongAdder calls;

    Servers(String api, UpstreamSettings settings, @Nullable UpstreamTls tls, List<Target> targets) {
        this(
                api,
                settings,
                tls,
                targets,
                new Bulkhead(settings.connections(), settings.pending()),
                new LongAdder(),
                fresh(0));
    }

    private Servers(
            String api,
            UpstreamSettings settings,
            @Nullable UpstreamTls tls,
            List<Target> targets,
            Bulkhead bulkhead,
            LongAdder calls,
            Shared<Breaker> breaker) {
        this.api = api;
        this.settings = settings;
        this.tls = tls;
        this.bulkhead = bulkhead;
        this.calls = calls;
        this.breaker = breaker;
        this.breaking = settings.breaker().orElse(null);
        this.targets = targets.toArray(Target[]::new);
        this.seeds = targets.stream().mapToLong(target -> target.seed).toArray();
        this.all = -1L >>> (64 - targets.size());
    }

    /** The same servers under new settings: whoever is inside, waits or rests goes on doing so, a rest under another breaker apart. */
    Servers under(UpstreamSettings next, @Nullable UpstreamTls nextTls) {
        bulkhead.resize(next.connections(), next.pending());
        boolean sameBreaker = next.breaker().equals(settings.breaker());
        return new Servers(api, next, nextTls, targets(), bulkhead, calls, sameBreaker ? breaker : fresh(calls.sum()));
    }

    private static Shared<Breaker> fresh(long count) {
        return new Shared<>(Breaker.closed(System.nanoTime(), count));
    }

    List<Target> targets() {
        return List.of(targets);
    }

    int size() {
        return targets.length;
    }

    Target target(int index) {
        return targets[index];
    }

    long[] seeds() {
        return seeds;
    }

    /** The targets that a request may go to, without those it has been to; when no good one is left, every one counts as good. */
    long candidates(long tried, long now) {
        long set = 0;
        for (int i = 0; i < targets.length; i++) if ((tried >>> i & 1) == 0 && targets[i].isGood(now)) set |= 1L << i;
        if (set != 0) return set;
        long untried = all & ~tried;
        return untried != 0 ? untried : all;
    }

    // ── how it went ──────────────────────────────────────────────────────────────────────────────────────────────

    /** {@code status} as the target answered. A 5xx, but for what the target says of itself as a program, is a failure of the target; that nobody is there is one of the API. */
    void answered(Target target, int status, long now) {
        boolean failed = status >= 500 && status != 501 && status != 505;
        if (!failed) target.answered(now);
        else if (targets.length > 1) target.failed(now, isDispensable(target, now));
        if (status >= 502 && status <= 504) countFailure(now);
        else countAnswer(now);
    }

    /** No answer, or none that could be passed on. */
    void failed(Target target, long now) {
        if (targets.length > 1) target.failed(now, isDispensable(target, now));
        countFailure(now);
    }

    private void countAnswer(long now) {
        calls.increment();
        Breaker state = breaker.get();
        if (!state.isClosed()) breaker.replace(state, state.answered(now, calls.sum()));
    }

    private void countFailure(long now) {
        calls.increment();
        BreakerSettings by = breaking;
        if (by != null) breaker.change(state -> state.failed(now, calls.sum(), by));
    }

    /** About once a second. */
    void beat(long now) {
        BreakerSettings by = breaking;
        Breaker state = breaker.get();
        if (by != null) breaker.replace(state, state.at(now, calls.sum(), by));
    }

    /** At least a third of all targets stay, whatever happens to them. */
    private boolean isDispensable(Target some, long now) {
        long others = Arrays.stream(targets)
                .filter(target -> target != some && target.isGood(now))
                .count();
        return others * 3 >= targets.length;
    }

    // ── the breaker ──────────────────────────────────────────────────────────────────────────────────────────────

    boolean isSpared() {
        return !breaker.get().isClosed();
    }

    /** How many nanoseconds nothing is to be sent; 0: this request may go, and if the API is spared it is the one that tries. */
    long rest(long now) {
        Breaker state = breaker.get();
        if (state.isClosed()) return 0;
        BreakerSettings by = breaking;
        if (by == null) return 0;
        long rest = state.rest(now);
        if (rest > 0) return rest;
        return breaker.replace(state, state.tried(now, by)) ? 0 : breaker.get().rest(now);
    }

    UpstreamView view(long now) {
        return new UpstreamView(
                api,
                breaker.get().state().name().toLowerCase(Locale.ROOT),
                bulkhead.inside(),
                bulkhead.waiting(),
                Arrays.stream(targets)
                        .map(target -> new UpstreamView.OfTarget(
                                target.url.toString(),
                                target.health().well(),
                                target.ejection().isIn(),
                                target.underWay.get()))
                        .toList());
    }
}
