package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * What an API gets to see of a path. What is kept of the caller's is kept as the canonical path spells it: nothing is decoded, so nothing can be read a second time,
 * and no slash, dot segment or question mark can come out of a variable.
 */
final class SentPath {
    static final SentPath WHOLE = new SentPath(List.of());

    /** Either text of the file or segments of the request: {@code from} up to {@code to}, -1 for all that follow. */
    private record Part(String text, int from, int to) {}

    private final List<Part> parts;

    private SentPath(List<Part> parts) {
        this.parts = parts;
    }

    /** Without its first segments. */
    static SentPath without(int segments) {
        return segments == 0 ? WHOLE : new SentPath(List.of(new Part("", segments, -1)));
    }

    /** {@code template} has variables of {@code pattern}, the route's from the root, and {@code /**} only where that has it. */
    static SentPath rewritten(RoutePattern pattern, RoutePattern template) {
        List<String> names = new ArrayList<>();
        for (Segment segment : pattern.segments())
            names.add(segment instanceof Segment.Variable variable ? variable.name() : "");
        var parts = new ArrayList<Part>();
        if (template.segments().isEmpty()) parts.add(new Part("/", 0, 0));
        for (Segment segment : template.segments()) {
            if (segment instanceof Segment.Literal literal) parts.add(new Part("/" + literal.text(), 0, 0));
            else if (segment instanceof Segment.Variable variable) parts.add(segment(names.indexOf(variable.name())));
            else parts.add(new Part("", names.size() - 1, -1));
        }
        return new SentPath(List.copyOf(parts));
    }

    private static Part segment(int number) {
        if (number < 0) throw new IllegalArgumentException("the pattern has no such variable");
        return new Part("", number, number + 1);
    }

    /** Path and query. */
    String of(RequestTarget.Canonical target) {
        if (parts.isEmpty()) return target.uri();
        String path = target.path();
        var sent = new StringBuilder(target.uri().length());
        for (Part part : parts) {
            sent.append(part.text());
            if (part.to() != 0) sent.append(path, slash(path, part.from()), slash(path, part.to()));
        }
        if (sent.length() == 0) sent.append('/');
        return sent.append(target.uri(), path.length(), target.uri().length()).toString();
    }

    /** Where the segment of that number begins, or the end of the path. */
    private static int slash(String path, int number) {
        if (number < 0) return path.length();
        int at = 0;
        for (int i = 0; i < number && at >= 0; i++) at = path.indexOf('/', at + 1);
        return at < 0 ? path.length() : at;
    }
}
