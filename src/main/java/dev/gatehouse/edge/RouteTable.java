package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.vocabulary.PathText;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a request leads. The routes of all APIs for one host are one tree of path segments, so a lookup costs what the path is long, not what the file is
 * long, and the order of the file never matters: at each segment a literal is tried before a variable, a variable before {@code /**}, and the
 * first pattern on that way that takes the method wins (decision 0100). The routes of a host come before those of {@code *.} above it, and these before those of any
 * host; of routes with one pattern the one that asks for more header fields comes first (decision 0260).
 */
public final class RouteTable<T> {
    /** What was found. */
    public sealed interface Found<T> {
        record Match<T>(T route, PathVariables variables) implements Found<T> {}

        /** Patterns match, but none takes the method; these methods they would take (RFC 9110 §15.5.6), in a fixed order. */
        record MethodNotAllowed<T>(List<String> allowed) implements Found<T> {
            public MethodNotAllowed {
                allowed = List.copyOf(allowed);
            }
        }

        record NoRoute<T>() implements Found<T> {}

        /** It could lead to different routes, depending on who reads it; {@code detail} may be shown. */
        record Ambiguous<T>(String detail) implements Found<T> {}
    }

    private final RouteNode<T> anyHost;
    private final List<RouteNode<T>> anyHostAlone;
    private final Map<String, RouteNode<T>> hosts;
    private final Found<T> noRoute = new Found.NoRoute<>();
    private final Found<T> parameters =
            new Found.Ambiguous<>("The address leads to different routes with and without its parameters.");
    private final Found<T> undecided = new Found.Ambiguous<>(
            "A header field that decides where the request leads was sent more than once, or for the connection alone.");

    private RouteTable(RouteNode<T> anyHost, Map<String, RouteNode<T>> hosts) {
        this.anyHost = anyHost;
        this.anyHostAlone = List.of(anyHost);
        this.hosts = Map.copyOf(hosts);
    }

    /** Among the routes that are for any host and need no header fields. */
    public Found<T> find(String method, RequestTarget.Canonical target) {
        return find(method, target, null, new AskedFields(MultiMap.caseInsensitiveMultiMap()));
    }

    /** {@code host} as it was sent, perhaps with a port. */
    public Found<T> find(String method, RequestTarget.Canonical target, @Nullable String host, AskedFields fields) {
        if (target.isAsterisk()) return noRoute;
        List<RouteNode<T>> trees = trees(host);
        String path = target.routed();
        int end = target.routedLength();
        RouteEntry<T> entry = find(trees, path, end, method, fields);
        if (target.hasParameters()) {
            String bare = withoutParameters(path);
            if (find(trees, bare, bare.length(), method, fields) != entry) return parameters;
        }
        if (fields.undecided()) return undecided;
        if (entry != null) return entry.match(path, end);
        var taken = new TreeSet<String>();
        for (RouteNode<T> tree : trees) tree.collect(path, 0, end, taken, fields);
        return taken.isEmpty() ? noRoute : new Found.MethodNotAllowed<>(RouteMethods.inOrder(taken));
    }

    /** Every route that a request could lead to that has header fields of these names, in lower case; the values are not known yet. */
    List<T> possible(String method, RequestTarget.Canonical target, @Nullable String host, Set<String> announced) {
        var routes = new ArrayList<T>(2);
        if (target.isAsterisk()) return routes;
        for (RouteNode<T> tree : trees(host))
            if (tree.possible(target.routed(), 0, target.routedLength(), method, announced, routes)) break;
        return routes;
    }

    private static <T> @Nullable RouteEntry<T> find(
            List<RouteNode<T>> trees, String path, int end, String method, AskedFields fields) {
        for (RouteNode<T> tree : trees) {
            RouteEntry<T> entry = tree.find(path, 0, end, method, fields);
            if (entry != null) return entry;
        }
        return null;
    }

    /** The nearest host first. */
    private List<RouteNode<T>> trees(@Nullable String host) {
        if (hosts.isEmpty() || host == null) return anyHostAlone;
        String name = name(host);
        var trees = new ArrayList<RouteNode<T>>(3);
        add(trees, hosts.get(name));
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1))
            add(trees, hosts.get("*" + name.substring(dot)));
        trees.add(anyHost);
        return trees;
    }

    private static <T> void add(List<T> some, @Nullable T one) {
        if (one != null) some.add(one);
    }

    /** Case, port and the dot of the root make no difference (RFC 3986 §3.2.2, RFC 1034 §3.1). */
    private static String name(String host) {
        int end = host.indexOf(':', host.startsWith("[") ? host.indexOf(']') : 0);
        if (end < 0) end = host.length();
        if (end > 1 && host.charAt(end - 1) == '.') end--;
        return host.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static String withoutParameters(String path) {
        var bare = new StringBuilder(path.length());
        boolean skipping = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            skipping = c == ';' || (skipping && c != '/');
            if (!skipping) bare.append(c);
        }
        return bare.toString();
    }

    /** Collects routes; two for the same method and shape are a mistake that config reports before it comes here. */
    public static final class Builder<T> {
        private final RouteNode<T> anyHost = new RouteNode<>();
        private final Map<String, RouteNode<T>> hosts = new HashMap<>();
        /** Each once, under however many hosts. */
        private final Map<String, String> words = new HashMap<>();

        /** {@code method} is a method or {@code ANY}; {@code pattern} is the whole path, from the root. */
        public Builder<T> add(String method, RoutePattern pattern, T route) {
            return add(method, pattern, List.of(), Map.of(), route);
        }

        /** {@code hosts} in lower case, perhaps with {@code *.} before them, none for any host; {@code headers} by lower-case name. */
        public Builder<T> add(
                String method, RoutePattern pattern, List<String> hosts, Map<String, String> headers, T route) {
            if (hosts.isEmpty()) add(anyHost, method, pattern, headers, route);
            for (String host : hosts)
                add(this.hosts.computeIfAbsent(host, fresh -> new RouteNode<>()), method, pattern, headers, route);
            return this;
        }

        private void add(RouteNode<T> tree, String method, RoutePattern pattern, Map<String, String> headers, T route) {
            RouteNode<T> node = tree;
            var names = new ArrayList<String>();
            var places = new ArrayList<Integer>();
            List<Segment> segments = pattern.segments();
            for (int i = 0; i < segments.size(); i++) {
                Segment segment = segments.get(i);
                if (segment instanceof Segment.Literal literal) {
                    node = node.literal(words.computeIfAbsent(decoded(literal.text()), same -> same));
                } else if (segment instanceof Segment.Variable variable) {
                    names.add(variable.name());
                    places.add(i);
                    node = node.variable();
                }
            }
            int[] numbers = places.stream().mapToInt(Integer::intValue).toArray();
            boolean rest = !segments.isEmpty() && segments.get(segments.size() - 1) instanceof Segment.Rest;
            var entry = new RouteEntry<>(method, route, List.copyOf(names), numbers, Map.copyOf(headers));
            if (!node.add(entry, rest))
                throw new IllegalArgumentException("two routes for " + method + " " + pattern.shape());
        }

        public RouteTable<T> build() {
            return new RouteTable<>(anyHost, hosts);
        }

        private static String decoded(String canonical) {
            PathText read = PathText.read("/" + canonical, 0, canonical.length() + 1);
            if (read instanceof PathText.Clean clean) return clean.decoded().substring(1);
            throw new IllegalArgumentException("not a canonical segment: " + canonical);
        }
    }
}
