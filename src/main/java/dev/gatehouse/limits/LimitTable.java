package dev.gatehouse.limits;

import dev.gatehouse.vocabulary.Generations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One {@link TokenBucket} per key for at most about {@code capacity} keys, in {@link Generations}; safe from any thread, exact, and never waiting.
 *
 * <p>A table that is {@link #grudging} notes what the forgotten ones owed, each in one of a fixed number of places that several keys share: somebody who comes back
 * under so many names that the first is forgotten meets their debt again, or a larger one. It can be too strict with a newcomer in a flood and is never too lenient
 * (decision 0250).
 */
public final class LimitTable<K> {
    private final TokenBucket each;
    private final InstantSource clock;
    private final @Nullable Debts debts;
    private final Generations<K, AtomicLong> buckets;
    private final Function<K, AtomicLong> fresh;

    public LimitTable(TokenBucket each, int capacity, InstantSource clock) {
        this(each, capacity, clock, null);
    }

    private LimitTable(TokenBucket each, int capacity, InstantSource clock, @Nullable Debts debts) {
        if (capacity < 2) throw new IllegalArgumentException("a table holds at least two keys");
        this.each = each;
        this.clock = clock;
        this.debts = debts;
        this.fresh = key -> new AtomicLong(debts == null ? TokenBucket.FULL : debts.of(key));
        this.buckets = debts == null
                ? new Generations<>(capacity)
                : new Generations<>(
                        capacity,
                        forgotten -> forgotten.forEach((key, fullAt) -> debts.note(key, fullAt.get(), now())));
    }

    /** A table that gives nobody a fresh bucket because it was full. */
    public static <K> LimitTable<K> grudging(TokenBucket each, int capacity, InstantSource clock) {
        return new LimitTable<>(each, capacity, clock, new Debts(capacity));
    }

    /** How a key stands after it asked for a token: zero to wait when it got one, what is left, and when all of it is back. */
    public record Standing(long waitNanos, int left, long fullInNanos) {
        public boolean isRefused() {
            return waitNanos > 0;
        }
    }

    /** Takes a token; what comes back is how long to wait when there was none. */
    public Optional<Duration> take(K key) {
        Standing standing = ask(key);
        return standing.isRefused() ? Optional.of(Duration.ofNanos(standing.waitNanos())) : Optional.empty();
    }

    /** Takes a token if there is one. */
    public Standing ask(K key) {
        long now = now();
        AtomicLong fullAt = buckets.getOrMake(key, fresh);
        while (true) {
            long before = settled(fullAt, now);
            long wait = each.waitNanos(before, now);
            if (wait > 0) return new Standing(wait, 0, before - now);
            long after = each.take(before, now);
            if (fullAt.compareAndSet(before, after)) return new Standing(0, each.left(after, now), after - now);
        }
    }

    /** How long this key has to wait for a token, without taking one; empty when one is there. */
    public Optional<Duration> blocked(K key) {
        AtomicLong fullAt = buckets.peek(key);
        long now = now();
        long wait = fullAt == null ? 0 : each.waitNanos(settled(fullAt, now), now);
        return wait > 0 ? Optional.of(Duration.ofNanos(wait)) : Optional.empty();
    }

    /** Puts a token back that turned out not to count. */
    public void giveBack(K key) {
        AtomicLong fullAt = buckets.peek(key);
        if (fullAt == null) return;
        long now = now();
        fullAt.updateAndGet(before -> each.giveBack(before, now));
    }

    /** How many keys are remembered, for a gauge. */
    public int size() {
        return buckets.size();
    }

    private long settled(AtomicLong fullAt, long now) {
        long before = fullAt.get();
        long settled = each.settled(before, now);
        if (settled != before) fullAt.compareAndSet(before, settled);
        return settled;
    }

    private long now() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    /** What those who were forgotten owe: the latest moment at which one of those who share a place is full again. Nobody can know with whom they share one. */
    private static final class Debts {
        private static final int MOST_PLACES = 1 << 16;

        private final int salt = ThreadLocalRandom.current().nextInt() | 1;
        private final int shift;
        private final int places;
        private volatile @Nullable AtomicLongArray latest;

        Debts(int capacity) {
            this.places = Math.min(MOST_PLACES, Integer.highestOneBit(capacity) << 1);
            this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(places);
        }

        long of(Object key) {
            AtomicLongArray noted = latest;
            return noted == null ? TokenBucket.FULL : noted.get(place(key));
        }

        void note(Object key, long fullAt, long now) {
            if (fullAt > now) noted().accumulateAndGet(place(key), fullAt, Math::max);
        }

        /** Made when somebody owes something; most tables never need it. */
        private AtomicLongArray noted() {
            AtomicLongArray known = latest;
            if (known != null) return known;
            var made = new long[places];
            Arrays.fill(made, TokenBucket.FULL);
            var fresh = new AtomicLongArray(made);
            latest = fresh;
            return fresh;
        }

        private int place(Object key) {
            int mixed = (key.hashCode() ^ salt) * 0x9E3779B9;
            return ((mixed ^ mixed >>> 15) * salt) >>> shift;
        }
    }
}
