package dev.gatehouse.edge;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of routes, reached by the segments so far. Literals are kept in an open hash table that is asked with a piece of the
 * path, so that nothing is cut out of it. With many routes each object that is looked at comes from far away, so there are few of them. The depth of the tree, and
 * with it of every recursion here, is bounded by the longest pattern.
 */
final class RouteNode<T> {
    private static final RouteNode<?>[] NO_CHILDREN = {};

    /** The literal that leads here, and its hash; of the root and of variables it is empty. */
    private final String word;

    private final int hash;
    private @Nullable RouteNode<T>[] children = none();
    private int size;
    private @Nullable RouteNode<T> variable;
    private @Nullable RouteEntry<T> here;
    private @Nullable RouteEntry<T> rest;

    /** The root of a tree. */
    RouteNode() {
        this("", 0);
    }

    private RouteNode(String word, int hash) {
        this.word = word;
        this.hash = hash;
    }

    /** The most specific route for the path from {@code slash} on that takes the method. */
    @Nullable
    RouteEntry<T> find(String path, int slash, int end, String method, AskedFields fields) {
        RouteEntry<T> entry = null;
        if (slash + 1 >= end) {
            entry = RouteMethods.taking(method, here, fields);
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null) entry = child.find(path, next, end, method, fields);
            if (entry == null && variable != null) entry = variable.find(path, next, end, method, fields);
        }
        return entry != null || rest == null ? entry : RouteMethods.taking(method, rest, fields);
    }

    /** Every route that {@link #find} could answer, if the request had fields of these names; true when the last of them takes any request. */
    boolean possible(String path, int slash, int end, String method, Set<String> announced, List<T> routes) {
        if (slash + 1 >= end) {
            if (RouteMethods.possible(method, here, announced, routes)) return true;
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null && child.possible(path, next, end, method, announced, routes)) return true;
            if (variable != null && variable.possible(path, next, end, method, announced, routes)) return true;
        }
        return RouteMethods.possible(method, rest, announced, routes);
    }

    /** Every method that any pattern for the path takes. */
    void collect(String path, int slash, int end, Set<String> taken, AskedFields fields) {
        if (slash + 1 >= end) {
            RouteMethods.collect(here, taken, fields);
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null) child.collect(path, next, end, taken, fields);
            if (variable != null) variable.collect(path, next, end, taken, fields);
        }
        RouteMethods.collect(rest, taken, fields);
    }

    RouteNode<T> literal(String word) {
        RouteNode<T> known = child(word, 0, word.length());
        if (known != null) return known;
        if (size * 2 >= children.length) grow();
        var fresh = new RouteNode<T>(word, hash(word, 0, word.length()));
        put(fresh);
        size++;
        return fresh;
    }

    RouteNode<T> variable() {
        if (variable == null) variable = new RouteNode<>();
        return variable;
    }

    /** For this path, or for {@code andBelow} all that begin with it as well; false when the pattern has such a route already. */
    boolean add(RouteEntry<T> entry, boolean andBelow) {
        RouteEntry<T> all = entry.among(andBelow ? rest : here);
        if (all == null) return false;
        if (andBelow) rest = all;
        else here = all;
        return true;
    }

    private @Nullable RouteNode<T> child(String path, int from, int to) {
        if (size == 0) return null;
        int mask = children.length - 1;
        int wanted = hash(path, from, to);
        for (int slot = wanted & mask; ; slot = (slot + 1) & mask) {
            RouteNode<T> child = children[slot];
            if (child == null || child.isFor(wanted, path, from, to)) return child;
        }
    }

    private boolean isFor(int wanted, String path, int from, int to) {
        return hash == wanted && word.length() == to - from && path.startsWith(word, from);
    }

    private void grow() {
        @Nullable RouteNode<T>[] before = children;
        children = table(Math.max(2, before.length * 2));
        for (RouteNode<T> child : before) if (child != null) put(child);
    }

    private void put(RouteNode<T> child) {
        int mask = children.length - 1;
        int slot = child.hash & mask;
        while (children[slot] != null) slot = (slot + 1) & mask;
        children[slot] = child;
    }

    private static int endOfSegment(String path, int from, int end) {
        int i = from;
        while (i < end && path.charAt(i) != '/') i++;
        return i;
    }

    /** Words that are counted up ({@code r1}, {@code r2}…) end up far from each other. */
    private static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) hash = 31 * hash + text.charAt(i);
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 16;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable RouteNode<T>[] table(int length) {
        return new RouteNode[length];
    }

    @SuppressWarnings("unchecked")
    private static <T> @Nullable RouteNode<T>[] none() {
        return (RouteNode<T>[]) NO_CHILDREN;
    }
}
