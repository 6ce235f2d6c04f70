package dev.gatehouse.outbound;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SingleFlightTest {
    private final SingleFlight<String, String> flights = new SingleFlight<>();
    private final AtomicInteger fetches = new AtomicInteger();

    @Test
    void who_asks_meanwhile_shares_the_answer_and_who_asks_later_does_not() {
        Promise<String> answer = Promise.promise();
        Future<String> first = flights.ask("a", () -> counted(answer.future()));
        Future<String> second = flights.ask("a", () -> counted(answer.future()));
        Future<String> other = flights.ask("b", () -> counted(Future.succeededFuture("b")));
        assertThat(other.result()).isEqualTo("b");
        answer.complete("one");
        assertThat(first.result()).isEqualTo("one");
        assertThat(second.result()).isEqualTo("one");
        assertThat(flights.ask("a", () -> counted(Future.succeededFuture("two")))
                        .result())
                .isEqualTo("two");
        assertThat(fetches).hasValue(3);
    }

    @Test
    void a_failure_is_shared_and_forgotten() {
        Future<String> thrown = flights.ask("a", () -> {
            throw new IllegalStateException("broken");
        });
        assertThat(thrown.cause()).hasMessage("broken");
        assertThat(flights.ask("a", () -> Future.succeededFuture("whole")).result())
                .isEqualTo("whole");
    }

    @Test
    void each_is_told_on_the_event_loop_that_it_asked_from() {
        Vertx vertx = Vertx.vertx();
        Promise<String> answer = Promise.promise();
        var told = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 4; i++) {
            Promise<Boolean> same = Promise.promise();
            told.add(same.future());
            Context asker = vertx.getOrCreateContext();
            asker.runOnContext(now -> flights.ask("a", answer::future)
                    .onComplete(done -> same.complete(Vertx.currentContext() == asker)));
        }
        vertx.setTimer(50, later -> answer.complete("one"));
        told.forEach(same -> assertThat(await(same)).isTrue());
        await(vertx.close());
    }

    private Future<String> counted(Future<String> answer) {
        fetches.incrementAndGet();
        return answer;
    }
}
