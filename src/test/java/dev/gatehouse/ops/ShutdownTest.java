package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void what_was_opened_last_closes_first() {
        var shutdown =
                new Shutdown().first("database", LONG, step("database")).first("listener", LONG, step("listener"));
        assertThat(shutdown.run()).isTrue();
        assertThat(done).containsExactly("listener", "database");
    }

    @Test
    void a_step_that_fails_does_not_keep_the_database_from_stopping() {
        var shutdown = new Shutdown()
                .first("database", LONG, step("database"))
                .first("fails", LONG, () -> CompletableFuture.failedFuture(new IllegalStateException("no")))
                .first("throws", LONG, () -> {
                    throw new IllegalStateException("no");
                });
        assertThat(shutdown.run()).isFalse();
        assertThat(done).containsExactly("database");
    }

    @Test
    void a_step_is_given_its_bound_and_no_more() {
        var shutdown = new Shutdown()
                .first("database", LONG, step("database"))
                .first("blocks", Duration.ofMillis(20), () -> new CompletableFuture<CompletionStage<Void>>().join())
                .first("never ends", Duration.ofMillis(20), () -> new CompletableFuture<>());
        assertThat(shutdown.run()).isFalse();
        assertThat(done).containsExactly("database");
    }

    @Test
    void whoever_asks_again_gets_the_first_answer() {
        var shutdown = new Shutdown().first("once", LONG, step("once"));
        assertThat(shutdown.run()).isTrue();
        assertThat(shutdown.run()).isTrue();
        assertThat(done).containsExactly("once");
    }

    private Callable<CompletionStage<Void>> step(String name) {
        return () -> {
            done.add(name);
            return CompletableFuture.completedFuture(null);
        };
    }
}
