package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HealthTest {
    @Test
    void the_first_word_counts_at_once() {
        assertThat(Health.UNKNOWN.well()).isTrue();
        assertThat(Health.UNKNOWN.failed().well()).isFalse();
        assertThat(Health.UNKNOWN.passed().well()).isTrue();
    }

    @Test
    void three_bad_answers_in_a_row_are_believed_and_two_good_ones() {
        Health health = Health.UNKNOWN.passed();
        assertThat(health.failed().failed().well()).isTrue();
        assertThat(health.failed().failed().passed().failed().failed().well()).isTrue();

        Health ill = health.failed().failed().failed();
        assertThat(ill.well()).isFalse();
        assertThat(ill.passed().well()).isFalse();
        assertThat(ill.passed().failed().passed().well()).isFalse();
        assertThat(ill.passed().passed().well()).isTrue();
    }
}
