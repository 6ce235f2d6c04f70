package dev.gatehouse.outbound;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Whoever asks for what is being fetched already waits for that answer. Each is told on the event loop that it asked from. */
public final class SingleFlight<K, V> {
    private final Map<K, Promise<V>> underWay = new ConcurrentHashMap<>();

    public Future<V> ask(K key, Supplier<Future<V>> fetch) {
        Promise<V> mine = Promise.promise();
        Promise<V> first = underWay.putIfAbsent(key, mine);
        if (first != null) return told(first.future());
        Future<V> told = told(mine.future());
        fetched(fetch).onComplete(done -> {
            underWay.remove(key, mine);
            if (done.succeeded()) mine.complete(done.result());
            else mine.fail(done.cause());
        });
        return told;
    }

    private static <V> Future<V> fetched(Supplier<Future<V>> fetch) {
        try {
            return fetch.get();
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
    }

    /** On the event loop of whoever asks. */
    static <V> Future<V> told(Future<V> shared) {
        Context asker = Vertx.currentContext();
        if (asker == null) return shared;
        Promise<V> here = Promise.promise();
        shared.onComplete(done -> asker.runOnContext(now -> {
            if (done.succeeded()) here.complete(done.result());
            else here.fail(done.cause());
        }));
        return here.future();
    }
}
