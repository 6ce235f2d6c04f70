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

    private final Map<String, RouteEntry<T>> named = new HashMap<>();
    private @Nullable RouteEntry<T> any;

    /** False when the method is taken already. */
    boolean add(String method, RouteEntry<T> entry) {
        if (!method.equals("ANY")) return named.putIfAbsent(method, entry) == null;
        if (any != null) return false;
        any = entry;
        return true;
    }

    @Nullable
    RouteEntry<T> taking(String method) {
        RouteEntry<T> entry = named.get(method);
        if (entry == null && method.equals("HEAD")) entry = named.get("GET");
        return entry != null || any == null || NEVER_ANY.contains(method) ? entry : any;
    }

    void collect(Set<String> taken) {
        taken.addAll(named.keySet());
        if (named.containsKey("GET")) taken.add("HEAD");
        if (any != null) taken.addAll(USUAL);
    }

    /** The usual ones first, as people list them; others after them as they come. */
    static List<String> inOrder(Collection<String> methods) {
        var result = new ArrayList<>(USUAL);
        result.retainAll(methods);
        methods.stream().filter(method -> !USUAL.contains(method)).forEach(result::add);
        return result;
    }
}
