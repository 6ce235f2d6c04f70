package dev.gatehouse.policy;

import java.util.List;

/** How one part of a rule was answered, and its parts in turn. {@code found} is empty where the parts say it all; it may hold private facts. */
public record Trace(Place place, Answer answer, String found, List<Trace> parts) {
    public Trace {
        parts = List.copyOf(parts);
    }
}
