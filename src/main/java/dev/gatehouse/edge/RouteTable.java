package dev.gatehouse.edge;

import dev.gatehouse.policy.PathVariables;
import dev.gatehouse.vocabulary.PathText;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a request leads. The routes of all APIs are one tree of path segments, so a lookup costs what the path is long, not what the file is
 * long, and the order of the file never matters: at each segment a literal is tried before a variable, a variable before {@code /**}, and the
 * first pattern on that way that takes the method wins (decision 0100).
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

        /** With and without its {@code ;} parameters the path leads to different routes. */
        record Ambiguous<T>() implements Found<T> {}
    }

    private final RouteNode<T> root;
    private final Found<T> noRoute = new Found.NoRoute<>();
    private final Found<T> ambiguous = new Found.Ambiguous<>();

    private RouteTable(RouteNode<T> root) {
        this.root = root;
    }

    public Found<T> find(String method, RequestTarget.Canonical target) {
        if (target.isAsterisk()) return noRoute;
        String path = target.routed();
        int end = target.routedLength();
        RouteEntry<T> entry = root.find(path, 0, end, method);
        if (target.hasParameters()) {
            String bare = withoutParameters(path);
            if (root.find(bare, 0, bare.length(), method) != entry) return ambiguous;
        }
        if (entry != null) return entry.match(path, end);
        var taken = new TreeSet<String>();
        root.collect(path, 0, end, taken);
        return taken.isEmpty() ? noRoute : new Found.MethodNotAllowed<>(RouteMethods.inOrder(taken));
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
        private final RouteNode<T> root = new RouteNode<>();

        /** {@code method} is a method or {@code ANY}; {@code pattern} is the whole path, from the root. */
        public Builder<T> add(String method, RoutePattern pattern, T route) {
            RouteNode<T> node = root;
            var names = new ArrayList<String>();
            var places = new ArrayList<Integer>();
            List<Segment> segments = pattern.segments();
            for (int i = 0; i < segments.size(); i++) {
                Segment segment = segments.get(i);
                if (segment instanceof Segment.Literal literal) {
                    node = node.literal(decoded(literal.text()));
                } else if (segment instanceof Segment.Variable variable) {
                    names.add(variable.name());
                    places.add(i);
                    node = node.variable();
                }
            }
            int[] numbers = places.stream().mapToInt(Integer::intValue).toArray();
            boolean rest = !segments.isEmpty() && segments.get(segments.size() - 1) instanceof Segment.Rest;
            boolean fresh = (rest ? node.rest() : node.here())
                    .add(method, new RouteEntry<>(route, List.copyOf(names), numbers));
            if (!fresh) throw new IllegalArgumentException("two routes for " + method + " " + pattern.shape());
            return this;
        }

        public RouteTable<T> build() {
            return new RouteTable<>(root);
        }

        private static String decoded(String canonical) {
            PathText read = PathText.read("/" + canonical, 0, canonical.length() + 1);
            if (read instanceof PathText.Clean clean) return clean.decoded().substring(1);
            throw new IllegalArgumentException("not a canonical segment: " + canonical);
        }
    }
}
