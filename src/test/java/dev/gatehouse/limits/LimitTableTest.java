package dev.gatehouse.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LimitTableTest {
    private static final TokenBucket FIFTY_IN_A_QUARTER = new TokenBucket(50, Duration.ofMinutes(15));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
    private final InstantSource clock = now::get;

    @Test
    void a_full_bucket_gives_what_it_holds_and_then_says_how_long_to_wait() {
        var table = new LimitTable<String>(FIFTY_IN_A_QUARTER, 100, clock);
        for (int i = 0; i < 50; i++) assertThat(table.take("a")).isEmpty();
        assertThat(table.take("a")).contains(Duration.ofSeconds(18));
        assertThat(table.blocked("a")).contains(Duration.ofSeconds(18));
        assertThat(table.take("b")).isEmpty();
    }

    @Test
    void it_refills_evenly() {
        var table = new LimitTable<String>(FIFTY_IN_A_QUARTER, 100, clock);
        for (int i = 0; i < 50; i++) table.take("a");
        pass(Duration.ofSeconds(18));
        assertThat(table.take("a")).isEmpty();
        assertThat(table.take("a")).isPresent();
        pass(Duration.ofHours(1));
        for (int i = 0; i < 50; i++) assertThat(table.take("a")).isEmpty();
        assertThat(table.take("a")).isPresent();
    }

    @Test
    void what_is_given_back_can_be_taken_again() {
        var table = new LimitTable<String>(FIFTY_IN_A_QUARTER, 100, clock);
        for (int i = 0; i < 50; i++) table.take("a");
        table.giveBack("a");
        assertThat(table.take("a")).isEmpty();
        assertThat(table.take("a")).isPresent();
    }

    @Test
    void giving_back_what_was_never_taken_gives_nothing() {
        var table = new LimitTable<String>(new TokenBucket(1, Duration.ofMinutes(1)), 100, clock);
        table.giveBack("a");
        table.take("a");
        table.giveBack("a");
        table.giveBack("a");
        assertThat(table.take("a")).isEmpty();
        assertThat(table.take("a")).isPresent();
    }

    @Test
    void a_clock_that_steps_back_locks_nobody_out_for_longer_than_a_refill() {
        var table = new LimitTable<String>(FIFTY_IN_A_QUARTER, 100, clock);
        for (int i = 0; i < 50; i++) table.take("a");
        pass(Duration.ofDays(-30));
        assertThat(table.blocked("a")).contains(Duration.ofSeconds(18));
        pass(Duration.ofMinutes(15));
        for (int i = 0; i < 49; i++) assertThat(table.take("a")).isEmpty();
    }

    @Test
    void it_remembers_no_more_than_its_capacity_and_forgets_the_least_used_first() {
        var table = new LimitTable<Integer>(new TokenBucket(1, Duration.ofHours(1)), 1000, clock);
        table.take(-1);
        for (int key = 0; key < 100_000; key++) {
            table.take(key);
            assertThat(table.take(-1)).as("the key in use is kept").isPresent();
            if (key % 997 == 0) assertThat(table.size()).isLessThanOrEqualTo(1000);
        }
        assertThat(table.take(0)).as("the key of long ago is forgotten").isEmpty();
    }

    @Test
    void a_grudging_table_gives_nobody_a_fresh_bucket_because_it_was_full() {
        LimitTable<Integer> table = LimitTable.grudging(new TokenBucket(2, Duration.ofHours(1)), 1000, clock);
        for (int key = 0; key < 100; key++) {
            table.take(key);
            table.take(key);
        }
        for (int stranger = 1000; stranger < 10_000; stranger++) table.take(stranger);
        assertThat(table.size()).isLessThanOrEqualTo(1000);
        for (int key = 0; key < 100; key++) assertThat(table.take(key)).isPresent();
        pass(Duration.ofHours(1));
        for (int key = 0; key < 100; key++) assertThat(table.take(key)).isEmpty();
    }

    @Test
    void in_a_grudging_table_newcomers_are_free_as_long_as_who_is_forgotten_owed_nothing() {
        LimitTable<Integer> table = LimitTable.grudging(new TokenBucket(2, Duration.ofSeconds(1)), 1000, clock);
        for (int key = 0; key < 20_000; key++) {
            if (key % 400 == 0) pass(Duration.ofSeconds(1));
            assertThat(table.take(key)).isEmpty();
            assertThat(table.take(key)).isEmpty();
        }
    }

    @Test
    void who_asks_hears_what_is_left_and_when_all_of_it_is_back() {
        var table = new LimitTable<String>(new TokenBucket(3, Duration.ofSeconds(30)), 100, clock);
        assertThat(table.ask("a"))
                .isEqualTo(new LimitTable.Standing(0, 2, Duration.ofSeconds(10).toNanos()));
        table.take("a");
        assertThat(table.ask("a"))
                .isEqualTo(new LimitTable.Standing(0, 0, Duration.ofSeconds(30).toNanos()));
        pass(Duration.ofSeconds(4));
        assertThat(table.ask("a"))
                .isEqualTo(new LimitTable.Standing(
                        Duration.ofSeconds(6).toNanos(),
                        0,
                        Duration.ofSeconds(26).toNanos()));
        pass(Duration.ofSeconds(7));
        assertThat(table.ask("a").left()).isZero();
    }

    @Test
    void of_many_callers_at_once_exactly_as_many_get_through_as_the_bucket_holds() {
        var table = new LimitTable<String>(FIFTY_IN_A_QUARTER, 100, clock);
        var passed = new ConcurrentLinkedQueue<Integer>();
        IntStream.range(0, 2000)
                .parallel()
                .filter(i -> table.take("a").isEmpty())
                .forEach(passed::add);
        assertThat(passed).hasSize(50);
    }

    @Property
    boolean in_any_window_no_more_than_two_fillings_pass(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 2000) Integer> pausesMillis) {
        var bucket = new TokenBucket(5, Duration.ofSeconds(5));
        long fullAt = TokenBucket.FULL;
        long time = 1_000_000_000L;
        long end = time + Duration.ofSeconds(5).toNanos();
        int taken = 0;
        for (int pause : pausesMillis) {
            time += Duration.ofMillis(pause).toNanos();
            if (time >= end) break;
            if (bucket.waitNanos(fullAt, time) > 0) continue;
            fullAt = bucket.take(fullAt, time);
            taken++;
        }
        return taken <= 10;
    }

    @Property
    boolean after_the_wait_it_names_a_token_is_there(
            @ForAll @IntRange(min = 1, max = 100) int capacity, @ForAll @IntRange(min = 1, max = 100_000) int millis) {
        var bucket = new TokenBucket(capacity, Duration.ofMillis(millis));
        long fullAt = TokenBucket.FULL;
        for (int i = 0; i < capacity; i++) fullAt = bucket.take(fullAt, 0);
        long wait = bucket.waitNanos(fullAt, 0);
        return wait > 0 && bucket.waitNanos(fullAt, wait) == 0 && bucket.waitNanos(fullAt, wait - 1) > 0;
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
