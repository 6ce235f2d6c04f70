package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RevokedNamesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final RevokedNames names = new RevokedNames(new SecureRandom());

    @Test
    void a_hundred_thousand_names_are_all_there_and_no_other_is() {
        for (int i = 0; i < 100_000; i++)
            assertThat(names.add("name-" + i, NOON)).isTrue();
        assertThat(names.size()).isEqualTo(100_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(names.contains("name-" + i)).isTrue();
            assertThat(names.contains("another-" + i)).isFalse();
        }
    }

    @Test
    void what_is_known_already_is_no_news_and_a_later_end_is() {
        assertThat(names.add("a", NOON)).isTrue();
        assertThat(names.add("a", NOON)).isFalse();
        assertThat(names.add("a", NOON.minusSeconds(1))).isFalse();
        assertThat(names.add("a", NOON.plusSeconds(1))).isTrue();
        assertThat(names.size()).isEqualTo(1);
        names.forget(NOON.plusSeconds(1), 100);
        assertThat(names.contains("a")).as("the later end counts").isTrue();
        names.forget(NOON.plusSeconds(2), 100);
        assertThat(names.contains("a")).isFalse();
    }

    @Test
    void it_is_forgotten_never_too_early_whatever_the_date() {
        for (Instant end : List.of(Instant.EPOCH, NOON.plusMillis(999), Instant.parse("9999-12-31T23:59:59Z"))) {
            names.add("until " + end, end);
            names.forget(end, 100_000);
            assertThat(names.contains("until " + end)).as("%s", end).isTrue();
        }
    }

    @Test
    void forgetting_goes_on_where_it_stopped_and_comes_to_everybody() {
        for (int i = 0; i < 10_000; i++) names.add("old-" + i, NOON);
        for (int i = 0; i < 100; i++) names.add("new-" + i, NOON.plusSeconds(60));
        names.forget(NOON.plusSeconds(1), 1_000);
        assertThat(names.size()).as("a bounded number at once").isBetween(8_000, 9_200);
        for (int step = 0; step < 11; step++) names.forget(NOON.plusSeconds(1), 1_000);
        assertThat(names.size()).isEqualTo(100);
        for (int i = 0; i < 100; i++) assertThat(names.contains("new-" + i)).isTrue();
    }

    /** Against a map. */
    @Property(tries = 300)
    void it_holds_what_a_map_would_hold(@ForAll @Size(max = 400) List<@IntRange(max = 999) Integer> acts) {
        var held = new RevokedNames(new SecureRandom());
        var model = new HashMap<String, Integer>();
        int now = 0;
        for (int act : acts) {
            String name = "n" + act % 50;
            if (act >= 950) {
                int then = ++now;
                held.forget(NOON.plusSeconds(now), 100_000);
                model.values().removeIf(end -> end < then);
            } else {
                int end = now + act / 50;
                Integer known = model.merge(name, end, Math::max);
                held.add(name, NOON.plusSeconds(end));
                assertThat(known).isGreaterThanOrEqualTo(end);
            }
            assertThat(held.size()).isEqualTo(model.size());
            for (int i = 0; i < 50; i++) assertThat(held.contains("n" + i)).isEqualTo(model.containsKey("n" + i));
        }
    }

    @Test
    void whoever_reads_while_others_write_and_forget_never_misses_a_name_that_is_there() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) names.add("for good " + i, NOON.plusSeconds(3_600));
        var done = new AtomicBoolean();
        var missed = new AtomicInteger();
        var reader = new Thread(() -> {
            while (!done.get())
                for (int i = 0; i < 1_000; i++) if (!names.contains("for good " + i)) missed.incrementAndGet();
        });
        reader.start();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 5_000; i++) names.add(round + " for a while " + i, NOON.plusSeconds(round));
            names.forget(NOON.plusSeconds(round), 100_000);
        }
        done.set(true);
        reader.join();
        assertThat(missed).hasValue(0);
    }
}
