package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.RateLimit.Per;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLimitTest {
    @Test
    void the_words_of_the_issue_are_read() {
        assertThat(RateLimit.parse("120/min per user burst 30"))
                .containsExactly(new RateLimit(120, Duration.ofMinutes(1), Per.USER, 30));
    }

    @Test
    void several_are_separated_by_commas_and_a_quota_is_one_with_a_large_window() {
        assertThat(RateLimit.parse("5/s per ip, 10000/30day per client"))
                .containsExactly(
                        new RateLimit(5, Duration.ofSeconds(1), Per.IP, 5),
                        new RateLimit(10_000, Duration.ofDays(30), Per.CLIENT, 10_000));
        assertThat(RateLimit.parse("off")).isEmpty();
    }

    @Test
    void who_is_counted_is_a_user_where_nothing_is_said() {
        assertThat(RateLimit.parse("7/h")).containsExactly(new RateLimit(7, Duration.ofHours(1), Per.USER, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1/s per ip",
                "90/15min per route burst 3",
                "1000000/day per client",
                "2/366day per user",
                "3/36h per ip"
            })
    void what_is_written_is_what_is_printed(String text) {
        assertThat(RateLimit.parse(text)).extracting(RateLimit::text).containsExactly(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "5/",
                "/s",
                "5/s per",
                "5/s per user burst",
                "5/s burst 3 per ip",
                "-1/s",
                "1.5/s",
                "5/S",
                "5 /s",
                "5/s,",
                "0/s",
                "1000001/s",
                "1/s burst 1000001",
                "1/s burst 0",
                "1/0min",
                "1/d",
                "1/m",
                "1/2day burst 200",
                "99999999999/s",
                "1/s, 1/s, 1/s, 1/s, 1/s"
            })
    void anything_else_is_a_fault(String text) {
        assertThatThrownBy(() -> RateLimit.parse(text)).isInstanceOf(Misfit.class);
    }

    @Test
    void as_many_as_can_stand_together_do() {
        assertThat(RateLimit.parse(String.join(", ", List.of("1/s", "1000000/s", "1/day", "4/h burst 1000"))))
                .hasSize(RateLimit.MOST_TOGETHER);
    }
}
