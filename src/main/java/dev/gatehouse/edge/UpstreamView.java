package dev.gatehouse.edge;

import java.util.List;

/** How the servers of one API stand at this moment, to be looked at. {@code breaker} is {@code closed}, {@code open} or {@code half_open}. */
public record UpstreamView(String api, String breaker, int underWay, int waiting, List<OfTarget> targets) {
    /** {@code well}: what health checks say; {@code in}: not taken out for what its answers were like. */
    public record OfTarget(String url, boolean well, boolean in, int underWay) {}
}
