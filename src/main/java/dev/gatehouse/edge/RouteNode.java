package dev.gatehouse.edge;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of routes, reached by the segments so far. Literals are kept in an open hash table that is asked with a piece of the
 * path, so that nothing is cut out of it. The depth of the tree, and with it of every recursion here, is bounded by the longest pattern.
 */
final class RouteNode<T> {
    private @Nullable String[] words = new String[2];
    private @Nullable RouteNode<T>[] children = table(2);
    private int size;
    private @Nullable RouteNode<T> variable;
    private @Nullable RouteMethods<T> here;
    private @Nullable RouteMethods<T> rest;

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
        if (size * 2 >= words.length) grow();
        var fresh = new RouteNode<T>();
        put(word, fresh);
        size++;
        return fresh;
    }

    RouteNode<T> variable() {
        if (variable == null) variable = new RouteNode<>();
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
        int mask = words.length - 1;
        for (int slot = hash(path, from, to) & mask; ; slot = (slot + 1) & mask) {
            String word = words[slot];
            if (word == null) return null;
            if (word.length() == to - from && path.startsWith(word, from)) return children[slot];
        }
    }

    private void grow() {
        @Nullable String[] oldWords = words;
        @Nullable RouteNode<T>[] oldChildren = children;
        words = new String[oldWords.length * 2];
        children = table(words.length);
        for (int i = 0; i < oldWords.length; i++) {
            String word = oldWords[i];
            RouteNode<T> child = oldChildren[i];
            if (word != null && child != null) put(word, child);
        }
    }

    private void put(String word, RouteNode<T> child) {
        int mask = words.length - 1;
        int slot = hash(word, 0, word.length()) & mask;
        while (words[slot] != null) slot = (slot + 1) & mask;
        words[slot] = word;
        children[slot] = child;
    }

    private static int endOfSegment(String path, int from, int end) {
        int i = from;
        while (i < end && path.charAt(i) != '/') i++;
        return i;
    }

    private static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) hash = 31 * hash + text.charAt(i);
        return hash ^ hash >>> 15;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> @Nullable RouteNode<T>[] table(int length) {
        return new RouteNode[length];
    }
}
