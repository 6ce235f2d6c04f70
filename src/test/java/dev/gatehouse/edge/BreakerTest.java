package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.BreakerSettings;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class BreakerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final BreakerSettings BY =
            new BreakerSettings(50, 20, Duration.ofSeconds(10), Duration.ofSeconds(5));

    @Test
    void it_opens_when_half_of_twenty_calls_failed_and_not_before() {
        Breaker breaker = Breaker.CLOSED;
        for (int i = 0; i < 19; i++) breaker = breaker.failed(0, BY);
        assertThat(breaker.isClosed()).as("19 calls are too few to tell").isTrue();
        breaker = breaker.failed(0, BY);
        assertThat(breaker.isClosed()).isFalse();
        assertThat(breaker.rest(0)).isEqualTo(5 * SECOND);
        assertThat(breaker.rest(5 * SECOND)).isZero();
    }

    @Test
    void two_good_tries_close_it_and_one_bad_one_opens_it_again() {
        Breaker open = opened(0);
        Breaker trying = open.tried(5 * SECOND, BY);
        assertThat(trying.rest(5 * SECOND)).as("for everybody else").isPositive();
        Breaker once = trying.answered(6 * SECOND, BY);
        assertThat(once.isClosed()).isFalse();
        assertThat(once.rest(6 * SECOND)).as("the next may try").isZero();
        assertThat(once.tried(6 * SECOND, BY).answered(6 * SECOND, BY)).isSameAs(Breaker.CLOSED);
        assertThat(once.tried(6 * SECOND, BY).failed(6 * SECOND, BY).rest(6 * SECOND)).isEqualTo(5 * SECOND);
    }

    @Test
    void a_try_that_is_lost_holds_nobody_up_for_ever() {
        Breaker trying = opened(0).tried(5 * SECOND, BY);
        assertThat(trying.rest(10 * SECOND)).isZero();
    }

    @Test
    void what_was_under_way_when_it_opened_changes_nothing() {
        Breaker open = opened(0);
        assertThat(open.answered(SECOND, BY)).isSameAs(open);
        assertThat(open.failed(SECOND, BY)).isSameAs(open);
    }

    @Test
    void failures_that_lie_apart_never_open_it() {
        Breaker breaker = Breaker.CLOSED;
        for (int i = 0; i < 1000; i++) {
            breaker = breaker.failed(i * SECOND, BY);
            assertThat(breaker.isClosed()).isTrue();
        }
    }

    @Property
    void it_does_not_open_while_fewer_than_half_of_the_calls_fail(@ForAll @Size(max = 200) List<Boolean> calls) {
        Breaker breaker = Breaker.CLOSED;
        for (boolean ignored : calls) {
            breaker = breaker.failed(0, BY).answered(0, BY).answered(0, BY);
            assertThat(breaker.isClosed()).isTrue();
        }
    }

    @Test
    void good_calls_in_good_times_make_no_new_object() {
        assertThat(Breaker.CLOSED.answered(7, BY)).isSameAs(Breaker.CLOSED);
    }

    private static Breaker opened(long now) {
        Breaker breaker = Breaker.CLOSED;
        while (breaker.isClosed()) breaker = breaker.failed(now, BY);
        return breaker;
    }
}
