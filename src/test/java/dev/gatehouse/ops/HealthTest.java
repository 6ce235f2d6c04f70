package dev.gatehouse.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private final Health health = new Health();

    @Test
    void a_fresh_house_is_alive_but_neither_started_nor_ready() {
        assertThat(health.report(Probe.LIVE).status()).isEqualTo(200);
        assertThat(health.report(Probe.STARTED).status()).isEqualTo(503);
        assertThat(health.report(Probe.READY).status()).isEqualTo(503);
    }

    @Test
    void one_check_that_is_down_turns_the_probe_and_is_named() {
        health.started();
        health.check(Probe.READY, "database", () -> CheckResult.down("away"));
        assertThat(health.report(Probe.READY).toJson().encode())
                .isEqualTo(
                        """
                        {"status":"down","checks":[{"name":"start","status":"up"},{"name":"draining","status":"up"},{"name":"database","status":"down","detail":"away"}]}""");
        assertThat(health.report(Probe.STARTED).status()).isEqualTo(200);
    }

    @Test
    void draining_is_not_ready_but_alive_and_started() {
        health.started();
        health.drain();
        assertThat(health.report(Probe.READY).status()).isEqualTo(503);
        assertThat(health.report(Probe.LIVE).status()).isEqualTo(200);
        assertThat(health.report(Probe.STARTED).status()).isEqualTo(200);
    }

    @Test
    void a_check_that_throws_is_down_and_says_nothing_internal() {
        health.check(Probe.LIVE, "broken", () -> {
            throw new IllegalStateException("jdbc:secret");
        });
        assertThat(health.report(Probe.LIVE).status()).isEqualTo(503);
        assertThat(health.report(Probe.LIVE).toJson().encode()).doesNotContain("secret");
    }

    @Test
    void two_checks_of_one_name_are_a_bug() {
        health.check(Probe.READY, "database", CheckResult::up);
        assertThatThrownBy(() -> health.check(Probe.READY, "database", CheckResult::up))
                .hasMessageContaining("database");
    }

    @Test
    void an_absent_database_is_ready_until_the_grace_is_over() {
        Instant since = Instant.parse("2026-11-21T12:00:00Z");
        var now = new AtomicReference<>(since);
        InstantSource clock = now::get;
        var check = new DatabaseCheck(() -> Optional.of(since), Duration.ofMinutes(10), clock);
        now.set(since.plusSeconds(599));
        assertThat(check.get().isUp()).isTrue();
        assertThat(check.get().detail()).contains("until 2026-11-21T12:10:00Z");
        now.set(since.plusSeconds(600));
        assertThat(check.get().isUp()).isFalse();
        assertThat(new DatabaseCheck(Optional::empty, Duration.ZERO, clock)
                        .get()
                        .isUp())
                .isTrue();
    }
}
