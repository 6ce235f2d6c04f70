package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.BreakerSettings;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class BreakerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final BreakerSettings BY =
            new BreakerSettings(50, 20, Duration.ofSeconds(10), Duration.ofSeconds(5));

    @Test
    void it_opens_when_half_of_twenty_calls_failed_and_not_before() {
        Breaker breaker = Breaker.closed(0, 0);
        for (int call = 1; call < 20; call++) breaker = breaker.failed(0, call, BY);
        assertThat(breaker.isClosed()).as("19 calls are too few to tell").isTrue();
        breaker = breaker.failed(0, 20, BY);
        assertThat(breaker.isClosed()).isFalse();
        assertThat(breaker.rest(0)).isEqualTo(5 * SECOND);
        assertThat(breaker.rest(5 * SECOND)).isZero();
    }

    @Test
    void a_burst_of_failures_after_many_good_calls_is_no_reason() {
        Breaker breaker = Breaker.closed(0, 0).at(5 * SECOND, 900, BY).at(10 * SECOND, 1800, BY);
        for (int call = 1; call <= 500; call++) breaker = breaker.failed(10 * SECOND, 1800 + call, BY);
        assertThat(breaker.isClosed()).isTrue();
    }

    @Test
    void good_calls_of_long_ago_excuse_nothing() {
        Breaker breaker = Breaker.closed(0, 0)
                .at(5 * SECOND, 900, BY)
                .at(10 * SECOND, 900, BY)
                .at(15 * SECOND, 900, BY);
        for (int call = 1; call <= 20; call++) breaker = breaker.failed(16 * SECOND, 900 + call, BY);
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void two_good_tries_close_it_and_one_bad_one_opens_it_again() {
        Breaker open = opened(0);
        Breaker trying = open.tried(5 * SECOND, BY);
        assertThat(trying.rest(5 * SECOND)).as("for everybody else").isPositive();
        Breaker once = trying.answered(6 * SECOND, 21);
        assertThat(once.isClosed()).isFalse();
        assertThat(once.rest(6 * SECOND)).as("the next may try").isZero();
        assertThat(once.tried(6 * SECOND, BY).answered(6 * SECOND, 22).isClosed())
                .isTrue();
        assertThat(once.tried(6 * SECOND, BY).failed(6 * SECOND, 22, BY).rest(6 * SECOND))
                .isEqualTo(5 * SECOND);
    }

    @Test
    void a_try_that_is_lost_holds_nobody_up_for_ever() {
        Breaker trying = opened(0).tried(5 * SECOND, BY);
        assertThat(trying.rest(10 * SECOND)).isZero();
    }

    @Test
    void what_was_under_way_when_it_opened_changes_nothing() {
        Breaker open = opened(0);
        assertThat(open.answered(SECOND, 30)).isSameAs(open);
        assertThat(open.failed(SECOND, 31, BY)).isSameAs(open);
        assertThat(open.at(9 * SECOND, 31, BY)).isSameAs(open);
    }

    @Test
    void failures_that_lie_apart_never_open_it() {
        Breaker breaker = Breaker.closed(0, 0);
        for (int i = 1; i <= 1000; i++) {
            breaker = breaker.at(i * SECOND, i - 1, BY).failed(i * SECOND, i, BY);
            assertThat(breaker.isClosed()).isTrue();
        }
    }

    @Property
    void it_does_not_open_while_fewer_than_half_of_the_calls_fail(
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 3) Integer> pauses) {
        long now = 0;
        long count = 0;
        Breaker breaker = Breaker.closed(now, count);
        for (int seconds : pauses) {
            now += seconds * SECOND;
            breaker = breaker.at(now, count, BY).answered(now, count + 1).answered(now, count + 2);
            count += 3;
            breaker = breaker.failed(now, count, BY);
            assertThat(breaker.isClosed()).isTrue();
        }
    }

    @Test
    void a_good_call_in_good_times_changes_nothing() {
        Breaker closed = Breaker.closed(0, 0);
        assertThat(closed.answered(7, 1)).isSameAs(closed);
    }

    private static Breaker opened(long now) {
        Breaker breaker = Breaker.closed(now, 0);
        for (int call = 1; breaker.isClosed(); call++) breaker = breaker.failed(now, call, BY);
        return breaker;
    }
}
