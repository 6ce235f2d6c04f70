package dev.gatehouse.vocabulary;

import java.util.List;

/**
 * The path of a route: literal segments, {@code {name}} for exactly one non-empty segment, and {@code /**} at the end for zero or more.
 * {@code /} has no segments. The text is kept as written.
 */
public record RoutePattern(String text, List<Segment> segments) {
    public RoutePattern {
        segments = List.copyOf(segments);
    }

    public sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Variable(String name) implements Segment {}

        /** Zero or more segments; only ever the last. */
        record Rest() implements Segment {}
    }
}
