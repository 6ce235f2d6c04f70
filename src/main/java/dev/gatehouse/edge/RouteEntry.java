package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route in the tree. Without variables its match is always the same object. */
final class RouteEntry<T> {
    private final T route;
    private final List<String> names;
    private final int[] segments;
    private final Map<String, String> headers;
    private final RouteTable.@Nullable Found<T> constant;
    /** For the same method and pattern, and no more demanding. */
    private @Nullable RouteEntry<T> next;

    /** {@code headers}: what a request must say, by field name in lower case. */
    RouteEntry(T route, List<String> names, int[] segments, Map<String, String> headers) {
        this.route = route;
        this.names = names;
        this.segments = segments;
        this.headers = headers;
        this.constant = names.isEmpty() ? new RouteTable.Found.Match<>(route, PathVariables.NONE) : null;
    }

    RouteTable.Found<T> match(String path, int end) {
        if (constant != null) return constant;
        return new RouteTable.Found.Match<>(route, new PathVariables(names, segments, path, end));
    }

    /** This one and {@code others}, the most demanding first; null when one of them asks for exactly the same. */
    @Nullable
    RouteEntry<T> before(@Nullable RouteEntry<T> others) {
        if (others == null || headers.size() > others.headers.size()) {
            next = others;
            return this;
        }
        if (headers.equals(others.headers)) return null;
        RouteEntry<T> rest = before(others.next);
        if (rest == null) return null;
        others.next = rest;
        return others;
    }

    /** The first from here on whose fields the request has. */
    @Nullable
    RouteEntry<T> taking(AskedFields fields) {
        for (RouteEntry<T> entry = this; entry != null; entry = entry.next)
            if (entry.headers.isEmpty() || entry.holds(fields)) return entry;
        return null;
    }

    private boolean holds(AskedFields fields) {
        for (Map.Entry<String, String> field : headers.entrySet())
            if (!fields.say(field.getKey(), field.getValue())) return false;
        return true;
    }

    /** Adds whatever a request with fields of these names could lead to; true when one of them takes any request. */
    boolean possible(Set<String> announced, List<T> routes) {
        for (RouteEntry<T> entry = this; entry != null; entry = entry.next) {
            if (announced.containsAll(entry.headers.keySet())) routes.add(entry.route);
            if (entry.headers.isEmpty()) return true;
        }
        return false;
    }
}
