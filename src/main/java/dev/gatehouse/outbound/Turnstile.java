package dev.gatehouse.outbound;

import dev.gatehouse.outbound.GuardedClient.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/** Lets so many through at once and so many wait; of those, so many for the same host, so that a slow one does not take everybody's place. */
final class Turnstile {
    private final int through;
    private final int waiting;
    private final int perHost;
    private final Map<String, Integer> hosts = new HashMap<>();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int inside;

    Turnstile(int through, int waiting, int perHost) {
        this.through = through;
        this.waiting = waiting;
        this.perHost = perHost;
    }

    <T> Future<T> pass(String host, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        Runnable start = () -> work.get().onComplete(ended -> {
            left(host).ifPresent(Runnable::run);
            if (ended.succeeded()) done.complete(ended.result());
            else done.fail(ended.cause());
        });
        synchronized (this) {
            if (hosts.getOrDefault(host, 0) >= perHost)
                return Future.failedFuture(new Failure("too many calls to that host at once"));
            if (inside >= through && queue.size() >= waiting)
                return Future.failedFuture(new Failure("too many calls at once"));
            hosts.merge(host, 1, Integer::sum);
            if (inside >= through) {
                queue.add(start);
                return done.future();
            }
            inside++;
        }
        start.run();
        return done.future();
    }

    /** Whose turn it is now. */
    private synchronized Optional<Runnable> left(String host) {
        hosts.computeIfPresent(host, (same, count) -> count > 1 ? count - 1 : null);
        Optional<Runnable> next = Optional.ofNullable(queue.poll());
        if (next.isEmpty()) inside--;
        return next;
    }
}
