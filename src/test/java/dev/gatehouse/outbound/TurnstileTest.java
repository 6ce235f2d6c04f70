package dev.gatehouse.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.outbound.GuardedClient.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
    private final Turnstile turnstile = new Turnstile(2, 1, 2);
    private final Queue<Promise<String>> inside = new ArrayDeque<>();

    @Test
    void so_many_go_through_so_many_wait_and_the_next_is_refused() {
        Future<String> first = come("a");
        Future<String> second = come("b");
        Future<String> waiting = come("c");
        Future<String> refused = come("d");
        assertThat(inside).hasSize(2);
        assertThat(refused.cause()).isInstanceOf(Failure.class).hasMessage("too many calls at once");
        inside.remove().complete("done");
        assertThat(first.result()).isEqualTo("done");
        assertThat(inside).as("who waited is inside now").hasSize(2);
        inside.remove().fail("broken");
        assertThat(second.failed()).isTrue();
        inside.remove().complete("done");
        assertThat(waiting.result()).isEqualTo("done");
        come("d");
        come("d");
        assertThat(inside).hasSize(2);
    }

    @Test
    void a_host_has_so_many_places_also_among_those_who_wait() {
        come("slow");
        come("slow");
        assertThat(come("slow").cause()).hasMessage("too many calls to that host at once");
        assertThat(come("other").isComplete()).as("waits").isFalse();
        inside.remove().complete("done");
        inside.remove().complete("done");
        assertThat(come("slow").isComplete()).isFalse();
        assertThat(inside).hasSize(2);
    }

    private Future<String> come(String host) {
        return turnstile.pass(host, () -> {
            Promise<String> work = Promise.promise();
            inside.add(work);
            return work.future();
        });
    }
}
