package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A route in the tree, and the others of its pattern behind it: those that ask for more header fields come first. */
final class RouteEntry<T> {
    private final String method;
    private final T route;
    private final List<String> names;
    private final int[] segments;
    private final Map<String, String> headers;
    private @Nullable RouteEntry<T> next;

    /** {@code method} may be {@code ANY}; {@code headers}: what a request must say, by field name in lower case. */
    RouteEntry(String method, T route, List<String> names, int[] segments, Map<String, String> headers) {
        this.method = method;
        this.route = route;
        this.names = names;
        this.segments = segments;
        this.headers = headers;
    }

    RouteTable.Found<T> match(String path, int end) {
        return new RouteTable.Found.Match<>(
                route, names.isEmpty() ? PathVariables.NONE : new PathVariables(names, segments, path, end));
    }

    String method() {
        return method;
    }

    @Nullable
    RouteEntry<T> next() {
        return next;
    }

    /** This one among {@code others}; null when one of them asks for exactly the same. */
    @Nullable
    RouteEntry<T> among(@Nullable RouteEntry<T> others) {
        RouteEntry<T> before = null;
        for (RouteEntry<T> other = others; other != null; other = other.next) {
            if (other.method.equals(method) && other.headers.equals(headers)) return null;
            if (other.headers.size() >= headers.size()) before = other;
        }
        next = before == null ? others : before.next;
        if (before == null || others == null) return this;
        before.next = this;
        return others;
    }

    /** The first from here on that is for the method, in so many words, and whose fields the request has. */
    static <T> @Nullable RouteEntry<T> named(String method, @Nullable RouteEntry<T> first, AskedFields fields) {
        for (RouteEntry<T> entry = first; entry != null; entry = entry.next)
            if (entry.method.equals(method) && entry.holds(fields)) return entry;
        return null;
    }

    boolean holds(AskedFields fields) {
        if (headers.isEmpty()) return true;
        for (Map.Entry<String, String> field : headers.entrySet())
            if (!fields.say(field.getKey(), field.getValue())) return false;
        return true;
    }

    /** Adds whatever a request with fields of these names could lead to; true when one of them takes any request. */
    static <T> boolean possible(String method, @Nullable RouteEntry<T> first, Set<String> announced, List<T> routes) {
        for (RouteEntry<T> entry = first; entry != null; entry = entry.next) {
            if (!entry.method.equals(method)) continue;
            if (announced.containsAll(entry.headers.keySet())) routes.add(entry.route);
            if (entry.headers.isEmpty()) return true;
        }
        return false;
    }
}
