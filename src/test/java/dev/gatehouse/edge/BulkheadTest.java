package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BulkheadTest {
    @Test
    void whoever_finds_no_place_waits_and_whoever_finds_no_seat_is_told() {
        var bulkhead = new Bulkhead(2, 1);
        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isTrue();
        assertThat(bulkhead.enter()).isFalse();
        var entered = new ArrayList<String>();
        assertThat(bulkhead.await(named("a", entered))).isTrue();
        assertThat(bulkhead.await(named("b", entered))).isFalse();

        bulkhead.leave();
        assertThat(entered).containsExactly("a");
        assertThat(bulkhead.inside()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void whoever_goes_away_is_not_called() {
        var bulkhead = new Bulkhead(1, 2);
        bulkhead.enter();
        var entered = new ArrayList<String>();
        var gone = named("gone", entered);
        bulkhead.await(gone);
        bulkhead.await(named("b", entered));
        assertThat(bulkhead.goAway(gone)).isTrue();
        bulkhead.leave();
        assertThat(entered).containsExactly("b");
        assertThat(bulkhead.goAway(gone)).isFalse();
    }

    @Test
    void more_places_are_taken_at_once() {
        var bulkhead = new Bulkhead(1, 9);
        bulkhead.enter();
        var entered = new ArrayList<String>();
        bulkhead.await(named("a", entered));
        bulkhead.await(named("b", entered));
        bulkhead.resize(3, 9);
        assertThat(entered).containsExactly("a", "b");
    }

    @Test
    void many_threads_lose_no_place_and_forget_nobody() throws Exception {
        var bulkhead = new Bulkhead(3, 1_000_000);
        var most = new AtomicInteger();
        int rounds = 20_000;
        int threads = 4;
        var done = new CountDownLatch(rounds * threads);
        var work = Executors.newFixedThreadPool(threads);
        for (int t = 0; t < threads; t++)
            work.execute(() -> {
                for (int i = 0; i < rounds; i++) {
                    if (bulkhead.enter()) visit(bulkhead, most, done);
                    else
                        bulkhead.await(new Bulkhead.Waiting() {
                            @Override
                            void enter() {
                                work.execute(() -> visit(bulkhead, most, done));
                            }
                        });
                }
            });
        assertThat(done.await(30, TimeUnit.SECONDS)).as("everybody was called").isTrue();
        work.shutdown();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(bulkhead.inside()).isZero();
        assertThat(bulkhead.waiting()).isZero();
    }

    private static void visit(Bulkhead bulkhead, AtomicInteger most, CountDownLatch done) {
        most.accumulateAndGet(bulkhead.inside(), Math::max);
        bulkhead.leave();
        done.countDown();
    }

    private static Bulkhead.Waiting named(String name, List<String> entered) {
        return new Bulkhead.Waiting() {
            @Override
            void enter() {
                entered.add(name);
            }
        };
    }
}
