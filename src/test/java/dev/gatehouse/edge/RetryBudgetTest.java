package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class RetryBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    @Property
    void retries_are_a_fifth_of_all_requests_and_a_few_besides(
            @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 5000) Integer> pauses) {
        var budget = new RetryBudget(0);
        long now = 0;
        int retries = 0;
        int requests = 0;
        for (int millis : pauses) {
            now += millis * 1_000_000L;
            budget.asked();
            requests++;
            if (budget.spend(now)) retries++;
            assertThat(retries)
                    .isLessThanOrEqualTo(requests / RetryBudget.SHARE + RetryBudget.BESIDES + (int) (now / SECOND) + 1);
        }
    }

    @Test
    void a_dead_api_is_not_asked_twice_by_everybody() {
        var budget = new RetryBudget(0);
        int retries = 0;
        for (int i = 0; i < 1000; i++) {
            budget.asked();
            if (budget.spend(0)) retries++;
        }
        assertThat(retries).isEqualTo(1000 / RetryBudget.SHARE + RetryBudget.BESIDES);
    }

    @Test
    void quiet_apis_get_their_few_back() {
        var budget = new RetryBudget(0);
        while (budget.spend(0)) assertThat(budget).isNotNull();
        assertThat(budget.spend(SECOND)).isTrue();
        assertThat(budget.spend(SECOND)).isFalse();
    }
}
