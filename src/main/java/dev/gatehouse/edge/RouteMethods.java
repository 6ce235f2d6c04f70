package dev.gatehouse.edge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which route of one pattern takes a method: the one that names it; for HEAD the one for GET; else {@code ANY}, which is all but three. */
final class RouteMethods {
    private static final String ANY = "ANY";
    /** The methods of RFC 9110 §9.3 and RFC 5789 that {@code ANY} stands for; it takes any other word as well. */
    private static final List<String> USUAL = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private static final Set<String> NEVER_ANY = Set.of("OPTIONS", "CONNECT", "TRACE");

    private RouteMethods() {}

    /** {@code first} and those behind it are all of the pattern. */
    static <T> @Nullable RouteEntry<T> taking(String method, @Nullable RouteEntry<T> first, AskedFields fields) {
        RouteEntry<T> entry = RouteEntry.named(method, first, fields);
        if (entry == null && method.equals("HEAD")) entry = RouteEntry.named("GET", first, fields);
        return entry != null || NEVER_ANY.contains(method) ? entry : RouteEntry.named(ANY, first, fields);
    }

    /** Adds every route that could take the method when fields of these names are there; true when one of them takes any request. */
    static <T> boolean possible(String method, @Nullable RouteEntry<T> first, Set<String> announced, List<T> routes) {
        if (RouteEntry.possible(method, first, announced, routes)) return true;
        if (method.equals("HEAD") && RouteEntry.possible("GET", first, announced, routes)) return true;
        return !NEVER_ANY.contains(method) && RouteEntry.possible(ANY, first, announced, routes);
    }

    static <T> void collect(@Nullable RouteEntry<T> first, Set<String> taken, AskedFields fields) {
        for (RouteEntry<T> entry = first; entry != null; entry = entry.next()) {
            if (!entry.holds(fields)) continue;
            if (entry.method().equals(ANY)) taken.addAll(USUAL);
            else taken.add(entry.method());
        }
        if (taken.contains("GET")) taken.add("HEAD");
    }

    /** The usual ones first, as people list them; others after them as they come. */
    static List<String> inOrder(Collection<String> methods) {
        var result = new ArrayList<>(USUAL);
        result.retainAll(methods);
        methods.stream().filter(method -> !USUAL.contains(method)).forEach(result::add);
        return result;
    }
}
