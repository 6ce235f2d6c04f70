package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.tokens.SeenProofs.Answer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SeenProofsTest {
    private static final Instant UNTIL = Instant.parse("2030-01-01T00:00:00Z");
    private final SeenProofs seen = new SeenProofs(new SecureRandom());

    @Test
    void the_first_is_the_first_and_no_other() {
        for (int i = 0; i < 100_000; i++)
            assertThat(seen.first("proof " + i, UNTIL.plusSeconds(i % 120))).isEqualTo(Answer.FIRST);
        for (int i = 0; i < 100_000; i++)
            assertThat(seen.first("proof " + i, UNTIL.plusSeconds(i % 120))).isEqualTo(Answer.SEEN);
    }

    @Test
    void of_those_who_race_one_is_first() throws Exception {
        var callers = Executors.newFixedThreadPool(4);
        try {
            var firsts = new AtomicInteger();
            var calls = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 4; i++)
                calls.add(() -> {
                    for (int proof = 0; proof < 50_000; proof++)
                        if (seen.first("proof " + proof, UNTIL) == Answer.FIRST) firsts.incrementAndGet();
                    return null;
                });
            for (var done : callers.invokeAll(calls)) done.get();
            assertThat(firsts).hasValue(50_000);
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void when_there_is_no_more_room_nothing_is_forgotten() {
        var small = new SeenProofs(new SecureRandom(), 1);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) if (small.first("proof " + i, UNTIL) == Answer.FIRST) taken++;
        assertThat(taken).isBetween(2_048, 4_096);
        assertThat(small.first("proof 0", UNTIL)).isEqualTo(Answer.SEEN);
        assertThat(small.first("proof 0", UNTIL.plusSeconds(SeenProofs.BUCKET_SECONDS)))
                .as("room again with time")
                .isEqualTo(Answer.FIRST);
    }

    @Test
    void what_is_over_is_not_taken_again() {
        assertThat(seen.first("old", UNTIL)).isEqualTo(Answer.FIRST);
        assertThat(seen.first("new", UNTIL.plusSeconds(4L * SeenProofs.BUCKET_SECONDS)))
                .isEqualTo(Answer.FIRST);
        assertThat(seen.first("old", UNTIL)).isEqualTo(Answer.SEEN);
    }
}
