package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void steps_run_in_order() {
        var shutdown = new Shutdown().then("ready", LONG, step("ready")).then("database", LONG, step("database"));
        assertThat(shutdown.run()).isTrue();
        assertThat(done).containsExactly("ready", "database");
    }

    @Test
    void a_step_that_fails_does_not_keep_the_database_from_stopping() {
        var shutdown = new Shutdown()
                .then("throws", LONG, () -> {
                    throw new IllegalStateException("no");
                })
                .then("fails", LONG, () -> CompletableFuture.failedFuture(new IllegalStateException("no")))
                .then("database", LONG, step("database"));
        assertThat(shutdown.run()).isFalse();
        assertThat(done).containsExactly("database");
    }

    @Test
    void a_step_is_given_its_bound_and_no_more() {
        var shutdown = new Shutdown()
                .then("never ends", Duration.ofMillis(20), () -> new CompletableFuture<>())
                .then("blocks", Duration.ofMillis(20), () -> new CompletableFuture<CompletionStage<Void>>().join())
                .then("database", LONG, step("database"));
        assertThat(shutdown.run()).isFalse();
        assertThat(done).containsExactly("database");
    }

    @Test
    void whoever_asks_again_gets_the_first_answer() {
        var shutdown = new Shutdown().then("once", LONG, step("once"));
        assertThat(shutdown.run()).isTrue();
        assertThat(shutdown.run()).isTrue();
        assertThat(done).containsExactly("once");
    }

    private java.util.concurrent.Callable<CompletionStage<Void>> step(String name) {
        return () -> {
            done.add(name);
            return CompletableFuture.completedFuture(null);
        };
    }
}
