package dev.gatehouse.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a route's variables stand for in one request. Nothing is cut out of the path until a rule asks. */
public final class PathVariables {
    public static final PathVariables NONE = new PathVariables(List.of(), new int[0], "/", 1);

    private final List<String> names;
    private final int[] segments;
    private final String path;
    private final int end;

    /** {@code segments} counts from 0 which segment of the decoded path each name stands for; {@code path} ends before {@code end}. */
    public PathVariables(List<String> names, int[] segments, String path, int end) {
        this.names = names;
        this.segments = segments;
        this.path = path;
        this.end = end;
    }

    /** The names in the order of the path. */
    public List<String> names() {
        return names;
    }

    /** The decoded text of one segment, or null when the route has no such variable. */
    public @Nullable String value(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : segment(segments[index]);
    }

    private String segment(int number) {
        int from = 1;
        for (int i = 0; i < number; i++) from = path.indexOf('/', from) + 1;
        int slash = path.indexOf('/', from);
        return path.substring(from, slash < 0 || slash > end ? end : slash);
    }
}
