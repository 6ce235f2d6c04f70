package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class EjectionTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void three_failures_in_a_row_take_a_target_out_and_one_call_tries_it_later() {
        Ejection out = failed(Ejection.FINE, 3, 0);
        assertThat(out.isOut(0)).isTrue();
        assertThat(out.isOut(SECOND)).as("after its time").isFalse();

        Ejection tried = out.tried(SECOND);
        assertThat(tried.isOut(SECOND)).as("for everybody else").isTrue();
        assertThat(tried.answered(SECOND).isIn()).isTrue();
        assertThat(tried.isOut(SECOND + Ejection.TRIAL))
                .as("when the call was lost")
                .isFalse();
    }

    @Test
    void each_relapse_takes_it_out_for_twice_as_long_up_to_a_minute() {
        Ejection state = failed(Ejection.FINE, 3, 0);
        long now = 0;
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            assertThat(state.moment() - now).isEqualTo(seconds * SECOND);
            now = state.moment();
            state = state.tried(now).failed(now, true);
        }
    }

    @Test
    void a_relapse_soon_after_coming_back_counts_and_one_long_after_does_not() {
        Ejection back = failed(Ejection.FINE, 3, 0).tried(SECOND).answered(SECOND);
        assertThat(failed(back, 3, SECOND).moment() - SECOND).isEqualTo(2 * SECOND);

        long later = SECOND + Ejection.FORGOTTEN + 1;
        assertThat(back.answered(later)).isSameAs(Ejection.FINE);
    }

    @Test
    void calls_that_were_under_way_when_it_went_out_make_it_no_worse() {
        Ejection out = failed(Ejection.FINE, 3, 0);
        assertThat(failed(out, 50, 10)).isEqualTo(out);
    }

    @Test
    void a_target_that_is_needed_stays_until_it_is_not() {
        Ejection needed = Ejection.FINE;
        for (int i = 0; i < 100; i++) needed = needed.failed(0, false);
        assertThat(needed.isIn()).isTrue();
        assertThat(needed.failed(0, true).isOut(0)).isTrue();
    }

    @Property
    void a_failure_between_good_calls_never_takes_it_out(@ForAll List<Boolean> calls) {
        Ejection state = Ejection.FINE;
        int inARow = 0;
        for (boolean good : calls) {
            state = good ? state.answered(0) : state.failed(0, true);
            inARow = good ? 0 : inARow + 1;
            if (inARow >= Ejection.ENOUGH) return;
            assertThat(state.isIn()).isTrue();
        }
    }

    @Property
    void it_is_never_out_for_more_than_a_minute(@ForAll List<Integer> events) {
        Ejection state = Ejection.FINE;
        long now = Long.MAX_VALUE - 5 * SECOND;
        for (int event : events) {
            now += Math.floorMod(event, 7) * SECOND;
            if (!state.isIn() && !state.isOut(now)) state = state.tried(now);
            state = event % 3 == 0 ? state.answered(now) : state.failed(now, true);
            assertThat(state.isOut(now + Ejection.LONGEST)).isFalse();
        }
    }

    @Test
    void good_calls_in_good_times_make_no_new_object() {
        assertThat(Ejection.FINE.answered(7)).isSameAs(Ejection.FINE);
    }

    private static Ejection failed(Ejection from, int times, long now) {
        Ejection state = from;
        for (int i = 0; i < times; i++) state = state.failed(now, true);
        return state;
    }
}
