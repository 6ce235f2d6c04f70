package dev.gatehouse.keys;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads something again whenever asked, one read at a time and never an older state after a newer one. Whoever asks while a read is under way shares the read
 * that starts after it, which is sure to see what they know of.
 */
public final class SerialRefresh {
    private final Supplier<Future<Void>> read;
    private @Nullable Future<Void> current;
    private @Nullable Future<Void> following;

    public SerialRefresh(Supplier<Future<Void>> read) {
        this.read = read;
    }

    public synchronized Future<Void> ask() {
        if (following != null) return following;
        if (current == null || current.isComplete()) return started();
        var waiting = current.transform(done -> advanced());
        following = waiting;
        return waiting;
    }

    private synchronized Future<Void> advanced() {
        following = null;
        return started();
    }

    private Future<Void> started() {
        var started = reading();
        current = started;
        return started;
    }

    private Future<Void> reading() {
        try {
            return read.get();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
