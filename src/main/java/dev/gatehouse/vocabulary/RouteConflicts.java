package dev.gatehouse.vocabulary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Routes that get in each other's way. A route can be shadowed in one way only, since a literal or a variable always leaves something over for
 * nobody else: it ends in {@code /**}, and more specific patterns take its method at every length of the path.
 */
public final class RouteConflicts {
    /**
     * A route as written: a method or {@code ANY}, the whole pattern from the root, the hosts it is for (none: any host), the header fields a request must have by
     * lower-case name, and whatever the caller knows it by.
     */
    public record Claimed<T>(
            String method, RoutePattern pattern, List<String> hosts, Map<String, String> headers, T route) {
        public Claimed {
            hosts = List.copyOf(hosts);
            headers = Map.copyOf(headers);
        }

        /** For any host and whatever header fields. */
        public Claimed(String method, RoutePattern pattern, T route) {
            this(method, pattern, List.of(), Map.of(), route);
        }

        private List<String> places() {
            return hosts.isEmpty() ? List.of(ANY_HOST) : hosts;
        }

        /** Whatever this one takes by its fields, {@code other} would take by them as well. */
        private boolean isPartOf(Claimed<T> other) {
            return headers.entrySet().containsAll(other.headers.entrySet());
        }

        private boolean excludes(Claimed<T> other) {
            return headers.entrySet().stream().anyMatch(field -> !field.getValue()
                    .equals(other.headers.getOrDefault(field.getKey(), field.getValue())));
        }
    }

    public sealed interface Conflict<T> {
        T route();

        /** Both take the same method at the same paths; {@code first} came before it. */
        record Duplicate<T>(T route, T first) implements Conflict<T> {}

        /** A request could have the fields that both ask for, and neither asks for more than the other; {@code first} came before it. */
        record Undecided<T>(T route, T first) implements Conflict<T> {}

        /** Can never be reached, because {@code by} together take all of it. */
        record Shadowed<T>(T route, List<T> by) implements Conflict<T> {
            public Shadowed {
                by = List.copyOf(by);
            }
        }
    }

    private static final String REST = "/**";
    private static final String VARIABLE = "/{}";
    private static final String ANY_HOST = "";

    private RouteConflicts() {}

    /** All conflicts among the routes of all APIs, in the order of the routes. */
    public static <T> List<Conflict<T>> among(List<Claimed<T>> routes) {
        var places = new Places<T>();
        var conflicts = new ArrayList<Conflict<T>>();
        for (Claimed<T> claimed : routes) places.add(claimed).ifPresent(conflicts::add);
        for (Claimed<T> claimed : routes) {
            places.shadow(claimed)
                    .ifPresent(by -> conflicts.add(new Conflict.Shadowed<>(claimed.route(), List.copyOf(by))));
        }
        return List.copyOf(conflicts);
    }

    /** Who claims what, by host, shape and method. */
    private static final class Places<T> {
        private record Place(String host, String shape, String method) {}

        private final Map<Place, List<Claimed<T>>> taken = new HashMap<>();

        Optional<Conflict<T>> add(Claimed<T> claimed) {
            Optional<Conflict<T>> conflict = Optional.empty();
            for (String host : claimed.places()) {
                var place = new Place(host, claimed.pattern().shape(), claimed.method());
                List<Claimed<T>> others = taken.computeIfAbsent(place, fresh -> new ArrayList<>());
                for (Claimed<T> other : others) if (conflict.isEmpty()) conflict = between(claimed, other);
                others.add(claimed);
            }
            return conflict;
        }

        private static <T> Optional<Conflict<T>> between(Claimed<T> claimed, Claimed<T> other) {
            if (claimed.headers().equals(other.headers()))
                return Optional.of(new Conflict.Duplicate<>(claimed.route(), other.route()));
            if (claimed.isPartOf(other) || other.isPartOf(claimed) || claimed.excludes(other)) return Optional.empty();
            return Optional.of(new Conflict.Undecided<>(claimed.route(), other.route()));
        }

        /** Shadowed on every host it is for. */
        Optional<Set<T>> shadow(Claimed<T> claimed) {
            if (!claimed.pattern().shape().endsWith(REST)) return Optional.empty();
            var by = new LinkedHashSet<T>();
            for (String host : claimed.places()) {
                Optional<Set<T>> here = shadow(claimed, host);
                if (here.isEmpty()) return Optional.empty();
                by.addAll(here.get());
            }
            return Optional.of(by);
        }

        private Optional<Set<T>> shadow(Claimed<T> claimed, String host) {
            String shape = claimed.pattern().shape();
            var by = new LinkedHashSet<T>();
            String prefix = shape.substring(0, shape.length() - REST.length());
            while (true) {
                Optional<T> exactly = taking(claimed, host, prefix.isEmpty() ? "/" : prefix);
                if (exactly.isEmpty()) return Optional.empty();
                by.add(exactly.get());
                prefix += VARIABLE;
                Optional<T> everything = taking(claimed, host, prefix + REST);
                if (everything.isPresent()) {
                    by.add(everything.get());
                    return Optional.of(by);
                }
            }
        }

        /** What {@code ANY} takes no single method covers; HEAD is covered by GET. */
        private Optional<T> taking(Claimed<T> claimed, String host, String shape) {
            String method = claimed.method();
            Optional<T> route = taking(claimed, new Place(host, shape, method));
            if (route.isEmpty() && method.equals("HEAD")) route = taking(claimed, new Place(host, shape, "GET"));
            boolean any = !Set.of("OPTIONS", "CONNECT", "TRACE").contains(method);
            if (route.isEmpty() && any) route = taking(claimed, new Place(host, shape, "ANY"));
            return route;
        }

        private Optional<T> taking(Claimed<T> claimed, Place place) {
            return taken.getOrDefault(place, List.of()).stream()
                    .filter(claimed::isPartOf)
                    .map(Claimed::route)
                    .findFirst();
        }
    }
}
