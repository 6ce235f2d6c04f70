package dev.gatehouse.vocabulary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Routes that get in each other's way. A route can be shadowed in one way only, since a literal or a variable always leaves something over for
 * nobody else: it ends in {@code /**}, and more specific patterns take its method at every length of the path.
 */
public final class RouteConflicts {
    /** A route as written: a method or {@code ANY}, the whole pattern from the root, and whatever the caller knows it by. */
    public record Claimed<T>(String method, RoutePattern pattern, T route) {}

    public sealed interface Conflict<T> {
        T route();

        /** Both take the same method at the same paths; {@code first} came before it. */
        record Duplicate<T>(T route, T first) implements Conflict<T> {}

        /** Can never be reached, because {@code by} together take all of it. */
        record Shadowed<T>(T route, List<T> by) implements Conflict<T> {
            public Shadowed {
                by = List.copyOf(by);
            }
        }
    }

    private static final String REST = "/**";
    private static final String VARIABLE = "/{}";

    private RouteConflicts() {}

    /** All conflicts among the routes of all APIs, in the order of the routes. */
    public static <T> List<Conflict<T>> among(List<Claimed<T>> routes) {
        Map<String, Map<String, T>> byShape = new HashMap<>();
        var conflicts = new ArrayList<Conflict<T>>();
        for (Claimed<T> claimed : routes) {
            T first = byShape.computeIfAbsent(claimed.pattern().shape(), shape -> new HashMap<>())
                    .putIfAbsent(claimed.method(), claimed.route());
            if (first != null) conflicts.add(new Conflict.Duplicate<>(claimed.route(), first));
        }
        for (Claimed<T> claimed : routes) {
            shadow(claimed, byShape)
                    .ifPresent(by -> conflicts.add(new Conflict.Shadowed<>(claimed.route(), List.copyOf(by))));
        }
        return List.copyOf(conflicts);
    }

    private static <T> Optional<Set<T>> shadow(Claimed<T> claimed, Map<String, Map<String, T>> byShape) {
        String shape = claimed.pattern().shape();
        if (!shape.endsWith(REST)) return Optional.empty();
        var by = new LinkedHashSet<T>();
        String prefix = shape.substring(0, shape.length() - REST.length());
        while (true) {
            Optional<T> exactly = taking(claimed.method(), byShape.get(prefix.isEmpty() ? "/" : prefix));
            if (exactly.isEmpty()) return Optional.empty();
            by.add(exactly.get());
            prefix += VARIABLE;
            Optional<T> everything = taking(claimed.method(), byShape.get(prefix + REST));
            if (everything.isPresent()) {
                by.add(everything.get());
                return Optional.of(by);
            }
        }
    }

    /** What {@code ANY} takes no single method covers; HEAD is covered by GET. */
    private static <T> Optional<T> taking(String method, @Nullable Map<String, T> routes) {
        if (routes == null) return Optional.empty();
        T route = routes.get(method);
        if (route == null && method.equals("HEAD")) route = routes.get("GET");
        boolean any = !Set.of("OPTIONS", "CONNECT", "TRACE").contains(method);
        if (route == null && any) route = routes.get("ANY");
        return Optional.ofNullable(route);
    }
}
