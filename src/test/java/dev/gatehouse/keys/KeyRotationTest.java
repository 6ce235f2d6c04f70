package dev.gatehouse.keys;

import static dev.gatehouse.keys.JwsAlgorithm.ES256;
import static dev.gatehouse.keys.JwsAlgorithm.RS256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.keys.KeyRotation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class KeyRotationTest {
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");
    private static final KeyRotation MONTHLY = new KeyRotation(
            List.of(ES256, RS256), Optional.of(Duration.ofDays(30)), Duration.ofDays(7), Duration.ofMinutes(10));

    @Test
    void an_empty_house_gets_an_active_and_a_next_key_of_each_algorithm() {
        assertThat(MONTHLY.due(List.of(), T))
                .containsExactly(
                        new Step.Make(ES256, KeyPhase.ACTIVE),
                        new Step.Make(ES256, KeyPhase.NEXT),
                        new Step.Make(RS256, KeyPhase.ACTIVE),
                        new Step.Make(RS256, KeyPhase.NEXT));
    }

    @Test
    void nothing_is_due_before_its_time() {
        assertThat(MONTHLY.due(house(T, T), T.plus(Duration.ofDays(30)).minusMillis(1)))
                .isEmpty();
    }

    @Test
    void when_it_is_time_the_next_key_is_promoted_and_another_one_made() {
        var keys = house(T, T);
        assertThat(MONTHLY.due(keys, T.plus(Duration.ofDays(30))))
                .contains(promotion(keys, ES256), new Step.Make(ES256, KeyPhase.NEXT), promotion(keys, RS256));
    }

    @Test
    @DisplayName("JW02 a new key is published before it is used")
    void a_key_that_others_cannot_have_fetched_yet_is_not_promoted() {
        var due = T.plus(Duration.ofDays(30));
        var keys = house(T, due.minusSeconds(1));
        assertThat(MONTHLY.due(keys, due)).isEmpty();
        assertThat(MONTHLY.due(keys, due.minusSeconds(1).plus(KeyRing.JWKS_MAX_AGE)))
                .contains(promotion(keys, ES256));
    }

    @Test
    void without_a_schedule_keys_stay() {
        var onDemand =
                new KeyRotation(List.of(ES256, RS256), Optional.empty(), Duration.ofDays(7), Duration.ofMinutes(10));
        assertThat(onDemand.due(house(T, T), T.plus(Duration.ofDays(9999)))).isEmpty();
    }

    @Test
    void on_demand_the_next_key_is_promoted_at_once() {
        var keys = house(T, T);
        assertThat(MONTHLY.now(keys, ES256))
                .containsExactly(promotion(keys, ES256), new Step.Make(ES256, KeyPhase.NEXT));
    }

    @Test
    @DisplayName("JW02 an old key stays at least as long as the longest token lives")
    void a_retired_key_stays_published_until_its_tokens_are_gone() {
        assertThat(MONTHLY.goneAfter(T)).isAfter(T.plus(Duration.ofDays(7)));
        var hasty = new KeyRotation(List.of(ES256), Optional.empty(), Duration.ZERO, Duration.ofHours(1));
        assertThat(hasty.goneAfter(T)).isAfter(T.plus(Duration.ofHours(1)));
    }

    @Test
    void a_retired_key_leaves_when_it_is_gone() {
        var times = new SigningKey.Times(T, Optional.of(T), Optional.of(T), Optional.of(T.plusSeconds(60)));
        var keys = new ArrayList<>(house(T, T));
        var retired = TestKeys.key(ES256, KeyPhase.ACTIVE).at(KeyPhase.RETIRED, times);
        keys.add(retired);
        assertThat(MONTHLY.due(keys, T.plusSeconds(59))).isEmpty();
        assertThat(MONTHLY.due(keys, T.plusSeconds(60))).containsExactly(new Step.Remove(retired.kid()));
    }

    private static List<SigningKey> house(Instant active, Instant next) {
        return List.of(
                TestKeys.key(ES256, KeyPhase.ACTIVE, active),
                TestKeys.key(ES256, KeyPhase.NEXT, next),
                TestKeys.key(RS256, KeyPhase.ACTIVE, active),
                TestKeys.key(RS256, KeyPhase.NEXT, next));
    }

    private static Step promotion(List<SigningKey> keys, JwsAlgorithm algorithm) {
        var ring = new KeyRing(keys, algorithm);
        var next = keys.stream()
                .filter(key -> key.algorithm() == algorithm && key.phase() == KeyPhase.NEXT)
                .findFirst();
        return new Step.Promote(
                algorithm,
                ring.active(algorithm).orElseThrow().kid(),
                next.orElseThrow().kid());
    }
}
