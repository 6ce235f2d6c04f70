package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class GenerationsTest {
    private static final int MOST = 1000;

    private final Generations<String, Integer> known = new Generations<>(MOST);

    @Test
    void there_is_a_bound_and_what_is_asked_for_stays() {
        known.put("kept", -1);
        for (int i = 0; i < 100_000; i++) {
            known.put("k" + i, i);
            assertThat(known.get("kept")).isEqualTo(-1);
            assertThat(known.size()).isLessThanOrEqualTo(MOST + 1);
        }
        assertThat(known.get("k0")).isNull();
        assertThat(known.get("k99999")).isEqualTo(99_999);
    }

    @Test
    void looking_keeps_nothing() {
        known.put("looked at", 1);
        for (int i = 0; i < MOST; i++) {
            known.put("k" + i, i);
            known.peek("looked at");
        }
        assertThat(known.peek("looked at")).isNull();
    }

    @Test
    void what_is_removed_is_gone_from_both() {
        known.put("one", 1);
        for (int i = 0; i < MOST / 2; i++) known.put("k" + i, i);
        known.remove("one");
        assertThat(known.get("one")).isNull();
        known.put("one", 2);
        assertThat(known.get("one")).isEqualTo(2);
    }

    @Test
    void whoever_asks_at_once_gets_the_same() throws Exception {
        for (int round = 0; round < 200; round++) {
            String key = "key " + round;
            var start = new CountDownLatch(1);
            var all = new ArrayList<CompletableFuture<Object>>();
            var made = new Generations<String, Object>(MOST);
            for (int i = 0; i < 4; i++)
                all.add(CompletableFuture.supplyAsync(() -> {
                    awaited(start);
                    return made.getOrMake(key, some -> new Object());
                }));
            start.countDown();
            for (var each : all) assertThat(each.get()).isSameAs(made.peek(key));
        }
    }

    @Test
    void what_goes_is_told_before() {
        var gone = new ArrayList<String>();
        var told = new Generations<String, Integer>(4, forgotten -> gone.addAll(forgotten.keySet()));
        for (String key : List.of("a", "b", "c", "d")) told.put(key, 0);
        assertThat(gone).containsExactlyInAnyOrder("a", "b");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
