package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class DeadlinesTest {
    private static final class Counted extends Deadlines.Watched {
        final AtomicInteger looks = new AtomicInteger();
        Runnable then = () -> {};

        @Override
        void look(long nowNanos) {
            looks.incrementAndGet();
            then.run();
        }
    }

    @Test
    void everybody_is_looked_at_whoever_leaves_in_between() throws Exception {
        Vertx vertx = Vertx.vertx();
        var seen = new CountDownLatch(3);
        var first = new Counted();
        var second = new Counted();
        var third = new Counted();
        vertx.runOnContext(loop -> {
            var deadlines = new Deadlines(vertx);
            deadlines.watch(first);
            deadlines.watch(second);
            deadlines.watch(second);
            deadlines.watch(third);
            first.then = () -> {
                deadlines.leave(first);
                deadlines.leave(second);
            };
            third.then = seen::countDown;
        });
        assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertThat(first.looks).hasValue(1);
        assertThat(second.looks).hasValue(0);
        assertThat(third.looks.get()).isGreaterThanOrEqualTo(3);
    }
}
