package dev.gatehouse.edge;

import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Counts tokens that failed, by where they came from. A source past its limit is refused before any signature is checked; a token of its that was
 * verified before still passes. Shared by all event loops.
 */
public final class ForgeryGuard {
    /** A forged ES256 token costs up to a millisecond of a core, so this is under 2 % of one; nobody's honest mistakes come near it. */
    static final TokenBucket PER_SOURCE = new TokenBucket(1000, Duration.ofMinutes(1));

    private static final int SOURCES = 65_536;
    private static final int IPV6_SITE_BYTES = 8;

    private final LimitTable<InetAddress> failures;

    public ForgeryGuard(InstantSource clock) {
        this.failures = new LimitTable<>(PER_SOURCE, SOURCES, clock);
    }

    /** How long this source has to wait; empty nearly always. */
    Optional<Duration> blocked(InetAddress source) {
        return failures.blocked(site(source));
    }

    void failed(InetAddress source) {
        failures.take(site(source));
    }

    /** An IPv6 site owns a /64, so all of it counts as one. */
    private static InetAddress site(InetAddress source) {
        if (!(source instanceof Inet6Address)) return source;
        byte[] octets = source.getAddress();
        Arrays.fill(octets, IPV6_SITE_BYTES, octets.length, (byte) 0);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
