package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

final class BalancerTest {
    @Property
    void one_after_the_other_gives_everybody_the_same(
            @ForAll long some, @ForAll @IntRange(min = -1, max = 63) int last) {
        long set = some == 0 ? 1 : some;
        var counts = new int[64];
        int at = last;
        for (int i = 0; i < 3 * Long.bitCount(set); i++) counts[at = Balancer.next(set, at)]++;
        for (int i = 0; i < 64; i++) assertThat(counts[i]).as("target " + i).isEqualTo((set >>> i & 1) == 1 ? 3 : 0);
    }

    @Property
    void the_least_loaded_is_one_of_the_set_and_nobody_in_it_has_less(
            @ForAll long some, @ForAll @IntRange(min = -1, max = 63) int last, @ForAll("loads") int[] load) {
        long set = some == 0 ? 1 : some;
        int chosen = Balancer.least(set, i -> load[i], last);
        assertThat(set >>> chosen & 1).isEqualTo(1);
        IntStream.range(0, 64).filter(i -> (set >>> i & 1) == 1).forEach(i -> assertThat(load[i])
                .isGreaterThanOrEqualTo(load[chosen]));
    }

    @Provide
    Arbitrary<int[]> loads() {
        return Arbitraries.integers().between(0, 5).array(int[].class).ofSize(64);
    }

    @Property(tries = 200)
    void a_target_that_goes_takes_only_its_own_share_along(
            @ForAll @IntRange(min = 2, max = 64) int targets,
            @ForAll @IntRange(min = 0, max = 63) int gone,
            @ForAll @LongRange(min = 1) long keys) {
        long[] seeds = seeds(targets);
        long all = targets == 64 ? -1L : (1L << targets) - 1;
        long left = all & ~(1L << (gone % targets));
        for (int i = 0; i < 200; i++) {
            long key = Balancer.hash("caller " + (keys + i));
            int before = Balancer.ofHash(all, key, seeds);
            int after = Balancer.ofHash(left, key, seeds);
            if (before == gone % targets) assertThat(after).isNotEqualTo(before);
            else assertThat(after).isEqualTo(before);
        }
    }

    @Property(tries = 10)
    void shares_are_about_equal(@ForAll @IntRange(min = 2, max = 16) int targets) {
        long[] seeds = seeds(targets);
        var counts = new int[targets];
        int keys = 2000 * targets;
        for (int i = 0; i < keys; i++)
            counts[Balancer.ofHash((1L << targets) - 1, Balancer.hash("caller " + i), seeds)]++;
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 1700 && count < 2300);
    }

    private static long[] seeds(int targets) {
        return IntStream.range(0, targets)
                .mapToLong(i -> Balancer.hash("http://10.0.0." + i + ":8080"))
                .toArray();
    }
}
