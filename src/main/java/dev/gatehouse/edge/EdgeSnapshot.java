package dev.gatehouse.edge;

import dev.gatehouse.config.Config;

/** Everything a request needs of the settings, compiled and frozen. A request finishes on the snapshot it began with. */
public final class EdgeSnapshot {
    /** {@code url} is what browsers see, without a slash at the end. */
    public static EdgeSnapshot compile(Config config, String url) {
        return new EdgeSnapshot();
    }
}
