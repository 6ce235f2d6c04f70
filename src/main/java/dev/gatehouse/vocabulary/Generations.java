package dev.gatehouse.vocabulary;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * At most about {@code most} values by key; safe from any thread, and never waiting. They live in two generations: when the young one has half of them it becomes the
 * old one and the old one is forgotten, so what goes first is what nobody has touched for longest.
 */
public final class Generations<K, V> {
    private record Two<K, V>(ConcurrentHashMap<K, V> young, ConcurrentHashMap<K, V> old, AtomicInteger added) {
        static <K, V> Two<K, V> after(ConcurrentHashMap<K, V> old) {
            return new Two<>(new ConcurrentHashMap<>(), old, new AtomicInteger());
        }
    }

    private final int perGeneration;
    private final Consumer<Map<K, V>> forgetting;
    private final AtomicReference<Two<K, V>> generations = new AtomicReference<>(Two.after(new ConcurrentHashMap<>()));

    public Generations(int most) {
        this(most, forgotten -> {});
    }

    /** {@code forgetting} is told of every generation before it goes. */
    public Generations(int most, Consumer<Map<K, V>> forgetting) {
        if (most < 2) throw new IllegalArgumentException("two generations hold at least two keys");
        this.perGeneration = most / 2;
        this.forgetting = forgetting;
    }

    /** What is there, and was touched by that. */
    public @Nullable V get(K key) {
        Two<K, V> now = current();
        V young = now.young.get(key);
        if (young != null) return young;
        V older = now.old.get(key);
        return older == null ? null : added(now, key, older);
    }

    /** What is there; asking does not keep it. */
    public @Nullable V peek(K key) {
        Two<K, V> now = current();
        V young = now.young.get(key);
        return young != null ? young : now.old.get(key);
    }

    /** What is there, or what is made; of two that are made at once, everybody gets the same. */
    public V getOrMake(K key, Function<K, V> made) {
        Two<K, V> now = current();
        V young = now.young.get(key);
        if (young != null) return young;
        V older = now.old.get(key);
        return added(now, key, older != null ? older : made.apply(key));
    }

    public void put(K key, V value) {
        Two<K, V> now = current();
        now.old.remove(key);
        if (now.young.put(key, value) == null) grown(now);
    }

    public void remove(K key) {
        Two<K, V> now = current();
        now.young.remove(key);
        now.old.remove(key);
    }

    public int size() {
        Two<K, V> now = current();
        return now.young.size() + now.old.size();
    }

    private V added(Two<K, V> now, K key, V value) {
        V first = now.young.putIfAbsent(key, value);
        if (first != null) return first;
        now.old.remove(key);
        grown(now);
        return value;
    }

    /** By the one whose key filled the generation. */
    private void grown(Two<K, V> now) {
        if (now.added.incrementAndGet() != perGeneration) return;
        forgetting.accept(now.old);
        generations.set(Two.after(now.young));
    }

    private Two<K, V> current() {
        return Objects.requireNonNull(generations.get());
    }
}
