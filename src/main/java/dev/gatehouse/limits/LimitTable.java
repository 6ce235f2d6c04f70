package dev.gatehouse.limits;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One {@link TokenBucket} per key for at most about {@code capacity} keys; safe from any thread and never waiting. Keys live in two generations: when the young
 * one has half the capacity it becomes the old one and the old one is forgotten, so what goes first is what nobody has touched for longest, without a scan.
 */
public final class LimitTable<K> {
    private final TokenBucket each;
    private final int perGeneration;
    private final InstantSource clock;
    private final AtomicReference<Generations<K>> generations = new AtomicReference<>(Generations.first());

    public LimitTable(TokenBucket each, int capacity, InstantSource clock) {
        if (capacity < 2) throw new IllegalArgumentException("a table holds at least two keys");
        this.each = each;
        this.perGeneration = capacity / 2;
        this.clock = clock;
    }

    /** Takes a token; what comes back is how long to wait when there was none. */
    public Optional<Duration> take(K key) {
        AtomicLong fullAt = bucketOf(key);
        long now = now();
        while (true) {
            long before = settled(fullAt, now);
            long wait = each.waitNanos(before, now);
            if (wait > 0) return Optional.of(Duration.ofNanos(wait));
            if (fullAt.compareAndSet(before, each.take(before, now))) return Optional.empty();
        }
    }

    /** How long this key has to wait for a token, without taking one; empty when one is there. */
    public Optional<Duration> blocked(K key) {
        AtomicLong fullAt = known(key);
        long now = now();
        long wait = fullAt == null ? 0 : each.waitNanos(settled(fullAt, now), now);
        return wait > 0 ? Optional.of(Duration.ofNanos(wait)) : Optional.empty();
    }

    /** Puts a token back that turned out not to count. */
    public void giveBack(K key) {
        AtomicLong fullAt = known(key);
        if (fullAt == null) return;
        long now = now();
        fullAt.updateAndGet(before -> each.giveBack(before, now));
    }

    /** How many keys are remembered, for a gauge. */
    public int size() {
        Generations<K> current = current();
        return current.young.size() + current.old.size();
    }

    private long settled(AtomicLong fullAt, long now) {
        long before = fullAt.get();
        long settled = each.settled(before, now);
        if (settled != before) fullAt.compareAndSet(before, settled);
        return settled;
    }

    private AtomicLong bucketOf(K key) {
        Generations<K> current = current();
        AtomicLong known = current.young.get(key);
        if (known != null) return known;
        AtomicLong older = current.old.get(key);
        AtomicLong mine = older != null ? older : new AtomicLong(TokenBucket.FULL);
        AtomicLong first = current.young.putIfAbsent(key, mine);
        if (first != null) return first;
        if (current.added.incrementAndGet() >= perGeneration) generations.compareAndSet(current, current.next());
        return mine;
    }

    private @Nullable AtomicLong known(K key) {
        Generations<K> current = current();
        AtomicLong young = current.young.get(key);
        return young != null ? young : current.old.get(key);
    }

    private Generations<K> current() {
        return Objects.requireNonNull(generations.get());
    }

    private long now() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    private record Generations<K>(
            ConcurrentHashMap<K, AtomicLong> young, ConcurrentHashMap<K, AtomicLong> old, AtomicInteger added) {
        static <K> Generations<K> first() {
            return new Generations<>(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), new AtomicInteger());
        }

        Generations<K> next() {
            return new Generations<>(new ConcurrentHashMap<>(), young, new AtomicInteger());
        }
    }
}
