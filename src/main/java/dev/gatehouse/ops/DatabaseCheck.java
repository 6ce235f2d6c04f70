package dev.gatehouse.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ready while the database is there, and for {@code database_grace} after it went away: until then valid tokens are served, and a balancer that
 * took every node out at once would turn a slow sign-in into an outage.
 */
public record DatabaseCheck(Supplier<Optional<Instant>> downSince, Duration grace, InstantSource clock)
        implements Supplier<CheckResult> {
    @Override
    public CheckResult get() {
        return downSince.get().map(this::judge).orElseGet(CheckResult::up);
    }

    private CheckResult judge(Instant since) {
        Instant end = since.plus(grace);
        return clock.instant().isBefore(end)
                ? CheckResult.up("away since " + since + "; valid tokens are served until " + end)
                : CheckResult.down("away since " + since + "; the grace is over");
    }
}
