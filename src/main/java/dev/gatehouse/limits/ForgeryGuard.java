package dev.gatehouse.limits;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Counts tokens that failed, by where they came from. A source past its limit is refused before any signature is checked; a token of its that was
 * verified before still passes. Shared by everything that takes tokens, on all event loops.
 */
public final class ForgeryGuard {
    /** A forged ES256 token costs up to a millisecond of a core, so this is under 2 % of one; nobody's honest mistakes come near it. */
    public static final TokenBucket PER_SOURCE = new TokenBucket(1000, Duration.ofMinutes(1));

    private static final int SOURCES = 65_536;

    private final LimitTable<SourceNetwork> failures;

    public ForgeryGuard(InstantSource clock) {
        this.failures = new LimitTable<>(PER_SOURCE, SOURCES, clock);
    }

    /** How long this source has to wait; empty nearly always. */
    public Optional<Duration> blocked(InetAddress source) {
        return failures.blocked(SourceNetwork.of(source));
    }

    public void failed(InetAddress source) {
        failures.take(SourceNetwork.of(source));
    }
}
