package dev.gatehouse.edge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which route of one pattern takes a method: the one that names it; for HEAD the one for GET; else {@code ANY}, which is all but three. */
final class RouteMethods<T> {
    /** The methods of RFC 9110 §9.3 and RFC 5789 that {@code ANY} stands for; it takes any other word as well. */
    private static final List<String> USUAL = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private static final Set<String> NEVER_ANY = Set.of("OPTIONS", "CONNECT", "TRACE");

    /** Immutable, for one of a single entry is a single object. */
    private Map<String, RouteEntry<T>> named = Map.of();

    private @Nullable RouteEntry<T> any;

    /** False when the method is taken already. */
    boolean add(String method, RouteEntry<T> entry) {
        boolean isAny = method.equals("ANY");
        RouteEntry<T> all = entry.before(isAny ? any : named.get(method));
        if (all == null) return false;
        if (isAny) {
            any = all;
            return true;
        }
        var more = new HashMap<>(named);
        more.put(method, all);
        named = Map.copyOf(more);
        return true;
    }

    @Nullable
    RouteEntry<T> taking(String method, AskedFields fields) {
        RouteEntry<T> entry = taking(named.get(method), fields);
        if (entry == null && method.equals("HEAD")) entry = taking(named.get("GET"), fields);
        return entry != null || NEVER_ANY.contains(method) ? entry : taking(any, fields);
    }

    private static <T> @Nullable RouteEntry<T> taking(@Nullable RouteEntry<T> first, AskedFields fields) {
        return first == null ? null : first.taking(fields);
    }

    /** Adds every route that could take the method when fields of these names are there; true when one of them takes any request. */
    boolean possible(String method, Set<String> announced, List<T> routes) {
        if (possible(named.get(method), announced, routes)) return true;
        if (method.equals("HEAD") && possible(named.get("GET"), announced, routes)) return true;
        return !NEVER_ANY.contains(method) && possible(any, announced, routes);
    }

    private static <T> boolean possible(@Nullable RouteEntry<T> first, Set<String> announced, List<T> routes) {
        return first != null && first.possible(announced, routes);
    }

    void collect(Set<String> taken, AskedFields fields) {
        named.forEach((method, entry) -> {
            if (entry.taking(fields) != null) taken.add(method);
        });
        if (taken.contains("GET")) taken.add("HEAD");
        if (taking(any, fields) != null) taken.addAll(USUAL);
    }

    /** The usual ones first, as people list them; others after them as they come. */
    static List<String> inOrder(Collection<String> methods) {
        var result = new ArrayList<>(USUAL);
        result.retainAll(methods);
        methods.stream().filter(method -> !USUAL.contains(method)).forEach(result::add);
        return result;
    }
}
