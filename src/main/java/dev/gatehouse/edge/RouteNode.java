package dev.gatehouse.edge;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of routes, reached by the segments so far. Literals are kept in an open hash table that is asked with a piece of the
 * path, so that nothing is cut out of it; whatever is passed by on the way costs a look at its hash alone, for with many routes each object that is looked at
 * comes from far away. The depth of the tree, and with it of every recursion here, is bounded by the longest pattern.
 */
final class RouteNode<T> {
    private static final int[] NO_HASHES = {};
    private static final RouteNode<?>[] NO_CHILDREN = {};

    /** The literal that leads here; empty for the root and for variables. */
    private final String word;
    /** Of the children's words, each in the slot of its child; 0 where there is none. */
    private int[] hashes = NO_HASHES;

    private @Nullable RouteNode<T>[] children = none();
    private int size;
    private @Nullable RouteNode<T> variable;
    private @Nullable RouteMethods<T> here;
    private @Nullable RouteMethods<T> rest;

    /** The root of a tree. */
    RouteNode() {
        this("");
    }

    private RouteNode(String word) {
        this.word = word;
    }

    /** The most specific route for the path from {@code slash} on that takes the method. */
    @Nullable
    RouteEntry<T> find(String path, int slash, int end, String method, AskedFields fields) {
        RouteEntry<T> entry = null;
        if (slash + 1 >= end) {
            if (here != null) entry = here.taking(method, fields);
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null) entry = child.find(path, next, end, method, fields);
            if (entry == null && variable != null) entry = variable.find(path, next, end, method, fields);
        }
        return entry != null || rest == null ? entry : rest.taking(method, fields);
    }

    /** Every route that {@link #find} could answer, if the request had fields of these names; true when the last of them takes any request. */
    boolean possible(String path, int slash, int end, String method, Set<String> announced, List<T> routes) {
        if (slash + 1 >= end) {
            if (here != null && here.possible(method, announced, routes)) return true;
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null && child.possible(path, next, end, method, announced, routes)) return true;
            if (variable != null && variable.possible(path, next, end, method, announced, routes)) return true;
        }
        return rest != null && rest.possible(method, announced, routes);
    }

    /** Every method that any pattern for the path takes. */
    void collect(String path, int slash, int end, Set<String> taken, AskedFields fields) {
        if (slash + 1 >= end) {
            if (here != null) here.collect(taken, fields);
        } else {
            int next = endOfSegment(path, slash + 1, end);
            RouteNode<T> child = child(path, slash + 1, next);
            if (child != null) child.collect(path, next, end, taken, fields);
            if (variable != null) variable.collect(path, next, end, taken, fields);
        }
        if (rest != null) rest.collect(taken, fields);
    }

    RouteNode<T> literal(String word) {
        RouteNode<T> known = child(word, 0, word.length());
        if (known != null) return known;
        if (size * 2 >= hashes.length) grow();
        var fresh = new RouteNode<T>(word);
        put(fresh);
        size++;
        return fresh;
    }

    RouteNode<T> variable() {
        if (variable == null) variable = new RouteNode<>("");
        return variable;
    }

    RouteMethods<T> here() {
        if (here == null) here = new RouteMethods<>();
        return here;
    }

    RouteMethods<T> rest() {
        if (rest == null) rest = new RouteMethods<>();
        return rest;
    }

    private @Nullable RouteNode<T> child(String path, int from, int to) {
        if (size == 0) return null;
        int mask = hashes.length - 1;
        int hash = hash(path, from, to);
        for (int slot = hash & mask; hashes[slot] != 0; slot = (slot + 1) & mask) {
            if (hashes[slot] != hash) continue;
            RouteNode<T> child = children[slot];
            if (child != null && child.word.length() == to - from && path.startsWith(child.word, from)) return child;
        }
        return null;
    }

    private void grow() {
        @Nullable RouteNode<T>[] before = children;
        int length = Math.max(2, before.length * 2);
        hashes = new int[length];
        children = table(length);
        for (RouteNode<T> child : before) if (child != null) put(child);
    }

    private void put(RouteNode<T> child) {
        int mask = hashes.length - 1;
        int hash = hash(child.word, 0, child.word.length());
        int slot = hash & mask;
        while (hashes[slot] != 0) slot = (slot + 1) & mask;
        hashes[slot] = hash;
        children[slot] = child;
    }

    private static int endOfSegment(String path, int from, int end) {
        int i = from;
        while (i < end && path.charAt(i) != '/') i++;
        return i;
    }

    /** Never 0. Words that are counted up ({@code r1}, {@code r2}…) end up far from each other. */
    private static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) hash = 31 * hash + text.charAt(i);
        hash *= 0x9E3779B9;
        hash ^= hash >>> 16;
        return hash == 0 ? 1 : hash;
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
