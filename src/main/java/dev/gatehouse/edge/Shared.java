package dev.gatehouse.edge;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** An immutable value that all event loops see, and that each of them may replace by a next one. */
final class Shared<T> {
    private final AtomicReference<T> value;

    Shared(T first) {
        this.value = new AtomicReference<>(first);
    }

    T get() {
        return Objects.requireNonNull(value.get());
    }

    /** False: somebody else was faster. */
    boolean replace(T before, T after) {
        return before == after || value.compareAndSet(before, after);
    }

    /** Until nobody else is faster. */
    void change(UnaryOperator<T> rule) {
        T before = get();
        while (!replace(before, rule.apply(before))) before = get();
    }
}
