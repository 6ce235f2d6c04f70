package dev.gatehouse.signin;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What was used lately, by cookie, at most about {@code most} of them; safe from any thread and never waiting. In two generations, as limits are kept: what nobody
 * touched for longest goes first.
 */
final class Recent<V> {
    private record Generations<V>(ConcurrentHashMap<String, V> young, ConcurrentHashMap<String, V> old) {}

    private final int perGeneration;
    private final AtomicReference<Generations<V>> generations =
            new AtomicReference<>(new Generations<>(new ConcurrentHashMap<>(), new ConcurrentHashMap<>()));

    Recent(int most) {
        this.perGeneration = most / 2;
    }

    @Nullable
    V get(String key) {
        Generations<V> now = current();
        V young = now.young().get(key);
        if (young != null) return young;
        V older = now.old().get(key);
        if (older != null) put(key, older);
        return older;
    }

    void put(String key, V value) {
        Generations<V> now = current();
        now.young().put(key, value);
        now.old().remove(key);
        if (now.young().size() >= perGeneration)
            generations.compareAndSet(now, new Generations<>(new ConcurrentHashMap<>(), now.young()));
    }

    void remove(String key) {
        Generations<V> now = current();
        now.young().remove(key);
        now.old().remove(key);
    }

    int size() {
        Generations<V> now = current();
        return now.young().size() + now.old().size();
    }

    private Generations<V> current() {
        return Objects.requireNonNull(generations.get());
    }
}
