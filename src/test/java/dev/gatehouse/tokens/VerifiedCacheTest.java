package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.JwsAlgorithm;
import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class VerifiedCacheTest {
    private static final TestTokens HOUSE = new TestTokens();
    private static final Verdict.Accepted ACCEPTED =
            (Verdict.Accepted) HOUSE.tokens.verifier().verify(HOUSE.minted("user-1"), TestTokens.PROFILE, HOUSE.now);

    @Test
    void it_never_holds_more_entries_than_it_may() {
        var cache = new VerifiedCache(3, 1 << 20);
        for (String token : List.of("a", "b", "c")) cache.put(entry(token));
        cache.find("a");
        cache.put(entry("d"));
        assertThat(cache.entries()).isEqualTo(3);
        assertThat(cache.find("b")).as("unused for longest").isNull();
        assertThat(cache.find("a")).isNotNull();
    }

    @Test
    void it_never_holds_more_bytes_than_it_may() {
        var cache = new VerifiedCache(1000, 10_000);
        for (int i = 0; i < 100; i++) cache.put(entry("token " + i));
        assertThat(cache.bytes()).isLessThanOrEqualTo(10_000);
        assertThat(cache.entries()).isBetween(1, 9);
        cache.put(entry("x".repeat(10_000)));
        assertThat(cache.find("x".repeat(10_000)))
                .as("one that alone is too large")
                .isNull();
    }

    @Test
    void a_full_cache_lets_in_one_of_eight_and_one_with_room_everybody() {
        var cache = new VerifiedCache(3, 1 << 20);
        for (String token : List.of("a", "b", "c")) cache.offer(entry(token));
        assertThat(cache.entries()).isEqualTo(3);
        for (int i = 1; i < VerifiedCache.ONE_IN; i++) cache.offer(entry("stranger " + i));
        assertThat(cache.find("a")).as("not pushed out").isNotNull();
        cache.offer(entry("often"));
        assertThat(cache.find("often")).isNotNull();
        assertThat(cache.entries()).isEqualTo(3);
        var small = new VerifiedCache(1000, entry("a").bytes());
        small.offer(entry("a"));
        small.offer(entry("b"));
        assertThat(small.find("a")).as("full by its bytes").isNotNull();
        assertThat(small.find("b")).isNull();
    }

    @Test
    void tokens_that_end_alike_are_told_apart() {
        var cache = new VerifiedCache(10, 1 << 20);
        String tail = "s".repeat(100);
        cache.put(entry("one" + tail));
        cache.put(entry("two" + tail));
        assertThat(cache.find("one" + tail).token).isEqualTo("one" + tail);
        assertThat(cache.find("two" + tail).token).isEqualTo("two" + tail);
        assertThat(cache.find("six" + tail)).isNull();
    }

    /** Against the plainest cache there is: a list, used last at the end. */
    @Property(tries = 300)
    void it_holds_what_a_list_would_hold(@ForAll @Size(max = 60) List<@IntRange(max = 11) Integer> acts) {
        var cache = new VerifiedCache(4, 1 << 20);
        var model = new ArrayDeque<String>();
        for (int act : acts) {
            String token = "token " + act % 6;
            if (act < 6) {
                model.remove(token);
                model.addLast(token);
                if (model.size() > 4) model.removeFirst();
                cache.put(entry(token));
            } else if (act % 5 == 0) {
                model.remove(token);
                cache.remove(token);
            } else {
                assertThat(cache.find(token) != null).isEqualTo(model.contains(token));
                if (model.remove(token)) model.addLast(token);
            }
            assertThat(cache.entries()).isEqualTo(model.size());
        }
    }

    private static VerifiedCache.Entry entry(String token) {
        var key = HOUSE.ring.active(JwsAlgorithm.ES256).orElseThrow().verification();
        return new VerifiedCache.Entry(
                token, ACCEPTED, key, Long.MAX_VALUE, HOUSE.tokens.trust(), TestTokens.PROFILE, 0);
    }
}
