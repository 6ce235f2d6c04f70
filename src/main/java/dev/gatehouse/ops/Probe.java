package dev.gatehouse.ops;

import java.util.Locale;

/** The three questions an orchestrator asks, at {@code /health/live}, {@code /health/ready} and {@code /health/started}. */
public enum Probe {
    /** Should this process be killed? Only if it cannot recover by itself. */
    LIVE,
    /** Should requests come here? */
    READY,
    /** Has it finished starting? */
    STARTED;

    public String path() {
        return "/health/" + name().toLowerCase(Locale.ROOT);
    }
}
