package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestIdsTest {
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private final RequestIds ids = new RequestIds(new SecureRandom(), () -> now);

    @Test
    void ids_have_26_characters_of_crockfords_alphabet_and_differ() {
        var seen = new HashSet<String>();
        for (int i = 0; i < 10_000; i++) seen.add(ids.next());

        assertThat(seen).hasSize(10_000).allSatisfy(id -> assertThat(id).matches("[0-9A-HJKMNP-TV-Z]{26}"));
    }

    @Test
    void ids_sort_by_time() {
        String before = ids.next();
        now = now.plusMillis(1);

        assertThat(ids.next()).isGreaterThan(before);
    }

    @Test
    void ours_are_well_formed_and_so_are_sober_ones_of_others() {
        assertThat(List.of(ids.next(), "0af7651916cd43dd", "4bf92f35-77b3.4da6_a3ce", "a".repeat(64)))
                .allMatch(RequestIds::isWellFormed);
        assertThat(List.of(
                        "",
                        "short",
                        "a".repeat(65),
                        "with space",
                        "semi;colon-x",
                        "new\nline-here",
                        "umlaut-\u00e4-here",
                        "quote\"quote"))
                .noneMatch(RequestIds::isWellFormed);
    }
}
