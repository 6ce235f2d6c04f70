package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route at the end of its way through the tree. Without variables its match is always the same object. */
final class RouteEntry<T> {
    private final T route;
    private final List<String> names;
    private final int[] segments;
    private final RouteTable.@Nullable Found<T> constant;

    RouteEntry(T route, List<String> names, int[] segments) {
        this.route = route;
        this.names = names;
        this.segments = segments;
        this.constant = names.isEmpty() ? new RouteTable.Found.Match<>(route, PathVariables.NONE) : null;
    }

    RouteTable.Found<T> match(String path, int end) {
        if (constant != null) return constant;
        return new RouteTable.Found.Match<>(route, new PathVariables(names, segments, path, end));
    }
}
