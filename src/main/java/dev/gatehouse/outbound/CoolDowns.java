package dev.gatehouse.outbound;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hosts that failed a few times in a row are left alone for a while; of so many hosts at most that is remembered. */
final class CoolDowns {
    static final int IN_A_ROW = 3;
    static final Duration WAIT = Duration.ofSeconds(30);
    private static final int MOST_HOSTS = 4_096;

    private final InstantSource clock;
    /** Those that failed last, in order. */
    private final Map<String, Failures> failing = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_HOSTS;
        }
    };

    private record Failures(int inARow, Instant last) {}

    CoolDowns(InstantSource clock) {
        this.clock = clock;
    }

    synchronized boolean cooling(String host) {
        Failures known = failing.get(host);
        return known != null
                && known.inARow() >= IN_A_ROW
                && clock.instant().isBefore(known.last().plus(WAIT));
    }

    synchronized void failed(String host) {
        failing.merge(
                host, new Failures(1, clock.instant()), (known, one) -> new Failures(known.inARow() + 1, one.last()));
    }

    synchronized void answered(String host) {
        failing.remove(host);
    }
}
