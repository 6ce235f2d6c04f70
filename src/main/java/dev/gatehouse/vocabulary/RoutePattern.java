package dev.gatehouse.vocabulary;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The path of a route: literal segments, {@code {name}} for exactly one non-empty segment, and {@code /**} at the end for zero or more.
 * {@code /} has no segments. The text is kept as written.
 */
public record RoutePattern(String text, List<Segment> segments) {
    public RoutePattern {
        segments = List.copyOf(segments);
    }

    public sealed interface Segment {
        /** {@code text} has no escape that could be left out; requests are compared with it once neither has any. */
        record Literal(String text) implements Segment {}

        record Variable(String name) implements Segment {}

        /** Zero or more segments; only ever the last. */
        record Rest() implements Segment {}
    }

    /** The same pattern below {@code base}, which must not end in {@code /**}. */
    public RoutePattern below(RoutePattern base) {
        if (base.segments.contains(new Segment.Rest())) throw new IllegalArgumentException("nothing is below /**");
        var all = new ArrayList<>(base.segments);
        all.addAll(segments);
        if (base.segments.isEmpty()) return new RoutePattern(text, all);
        if (segments.isEmpty()) return new RoutePattern(base.text, all);
        return new RoutePattern(base.text + text, all);
    }

    /** The names of its variables, in order. */
    public List<String> variables() {
        return segments.stream()
                .filter(Segment.Variable.class::isInstance)
                .map(segment -> ((Segment.Variable) segment).name())
                .toList();
    }

    /** What it matches, whatever its variables are called; two patterns with one shape match the same paths. */
    public String shape() {
        return segments.isEmpty()
                ? "/"
                : segments.stream().map(RoutePattern::shape).collect(Collectors.joining());
    }

    private static String shape(Segment segment) {
        if (segment instanceof Segment.Literal literal) return "/" + literal.text();
        return segment instanceof Segment.Rest ? "/**" : "/{}";
    }
}
