package dev.gatehouse.ops;

import java.util.Locale;
import java.util.Optional;

/** The three questions an orchestrator asks, at {@code /health/live}, {@code /health/ready} and {@code /health/started}. */
public enum Probe {
    /** Should this process be killed? Only if it cannot recover by itself. */
    LIVE,
    /** Should requests come here? */
    READY,
    /** Has it finished starting? */
    STARTED;

    private static final String PREFIX = "/health/";

    public String path() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    static Optional<Probe> at(String path) {
        for (Probe probe : values()) if (probe.path().equals(path)) return Optional.of(probe);
        return Optional.empty();
    }
}
