package dev.gatehouse.limits;

import java.lang.ref.WeakReference;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The tables behind the limits of the settings, by what they are for. Settings that are read again get the table they had, with everybody's standing in it, where the
 * limit is the same; a table that no settings in use hold any more is forgotten. Asked when settings are compiled, never for a request.
 */
public final class RateLimits {
    /** Callers that one limit remembers exactly: some 10 MB when all of them are there. */
    static final int CALLERS = 65_536;

    private record Named(String name, TokenBucket each) {}

    private final InstantSource clock;
    private final Map<Named, WeakReference<LimitTable<Object>>> tables = new HashMap<>();

    public RateLimits(InstantSource clock) {
        this.clock = clock;
    }

    /** The same for the same name and bucket. */
    public synchronized LimitTable<Object> table(String name, TokenBucket each) {
        var named = new Named(name, each);
        WeakReference<LimitTable<Object>> held = tables.get(named);
        LimitTable<Object> known = held == null ? null : held.get();
        if (known != null) return known;
        tables.values().removeIf(old -> old.get() == null);
        LimitTable<Object> fresh = LimitTable.grudging(each, CALLERS, clock);
        tables.put(named, new WeakReference<>(fresh));
        return fresh;
    }
}
