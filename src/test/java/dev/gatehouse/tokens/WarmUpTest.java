package dev.gatehouse.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.oauth.TestHouse;
import dev.gatehouse.store.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class WarmUpTest {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    @Test
    void it_makes_tokens_that_hold_and_stops_in_time() {
        var house = new TestHouse(DB);
        long began = System.nanoTime();
        assertThat(new WarmUp(house.tokens, InstantSource.system()).run()).isPositive();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WarmUp.MOST.plusSeconds(5));
    }

    @Test
    void no_trace_of_it_is_kept() {
        var house = new TestHouse(DB);
        new WarmUp(house.tokens, InstantSource.system()).run();
        assertThat(house.sql("SELECT 1 FROM session")).isEmpty();
        assertThat(house.sql("SELECT 1 FROM audit_event")).isEmpty();
    }
}
