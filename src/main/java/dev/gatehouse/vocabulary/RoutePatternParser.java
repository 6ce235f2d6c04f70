package dev.gatehouse.vocabulary;

import dev.gatehouse.vocabulary.RoutePattern.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Reads the path of a route: {@code /orders/{id}/events}, {@code /files/**}. */
public final class RoutePatternParser {
    static final int MAX_LENGTH = 1024;
    static final int MAX_SEGMENTS = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String text;
    private final List<Segment> segments = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private RoutePatternParser(String text) {
        this.text = text;
    }

    /** The pattern, or a {@link RuleFault} that says what is wrong and where. */
    public static RoutePattern parse(String text) {
        return new RoutePatternParser(text).pattern();
    }

    private RoutePattern pattern() {
        if (text.length() > MAX_LENGTH)
            throw new RuleFault(0, text.length(), "the path is longer than " + MAX_LENGTH + " characters", null);
        if (!text.startsWith("/"))
            throw new RuleFault(0, text.length(), "a path begins with `/`", "write `/" + text + "`");
        for (int from = 1; text.length() > 1 && from <= text.length(); ) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            segments.add(segment(from, to));
            from = to + 1;
        }
        if (segments.size() > MAX_SEGMENTS)
            throw new RuleFault(0, text.length(), "the path has more than " + MAX_SEGMENTS + " segments", null);
        return new RoutePattern(text, segments);
    }

    private Segment segment(int from, int to) {
        String segment = text.substring(from, to);
        if (segment.isEmpty()) throw empty(from);
        if (segment.equals("**")) return rest(from, to);
        if (segment.startsWith("{")) return variable(from, to);
        return literal(from, segment);
    }

    private RuleFault empty(int from) {
        return from == text.length()
                ? new RuleFault(
                        from - 1, 1, "the path ends with `/`", "leave it out: a request may end with a slash or not")
                : new RuleFault(
                        from - 1,
                        2,
                        "the path has an empty segment",
                        "requests with `//` are refused; leave one slash out");
    }

    private Segment rest(int from, int to) {
        if (to < text.length())
            throw new RuleFault(from, 2, "`/**` is not at the end", "write `{name}` for a single segment");
        return new Segment.Rest();
    }

    private Segment variable(int from, int to) {
        int length = to - from;
        if (text.charAt(to - 1) != '}')
            throw new RuleFault(from, length, "a variable is a whole segment", "write `/{name}/`");
        String name = text.substring(from + 1, to - 1);
        if (!NAME.matcher(name).matches())
            throw new RuleFault(
                    from,
                    length,
                    "`" + name + "` is not a name",
                    "use letters, digits and `_`, and begin with a letter");
        if (!names.add(name))
            throw new RuleFault(from, length, "the path has two variables `{" + name + "}`", "name them differently");
        return new Segment.Variable(name);
    }

    private static Segment literal(int from, String segment) {
        int length = segment.length();
        if (segment.indexOf('{') >= 0 || segment.indexOf('}') >= 0)
            throw new RuleFault(from, length, "a variable is a whole segment", "write `/{name}/`");
        if (segment.equals("*"))
            throw new RuleFault(
                    from, length, "`*` stands for nothing", "write `{name}` for one segment, `/**` for the rest");
        if (segment.indexOf('*') >= 0)
            throw new RuleFault(
                    from,
                    length,
                    "`*` cannot be part of a segment",
                    "write `{name}` for one segment, `/**` for the rest");
        if (segment.indexOf('?') >= 0 || segment.indexOf('#') >= 0)
            throw new RuleFault(from, length, "a route has no query and no fragment", "write the path alone");
        String spelled = "/" + beyondAsciiEscaped(segment);
        PathText read = PathText.read(spelled, 0, spelled.length());
        if (read instanceof PathText.Fault wrong)
            throw new RuleFault(
                    from,
                    length,
                    "`" + segment + "` can match no request",
                    "requests like this are refused: " + wrong.sentence());
        var clean = (PathText.Clean) read;
        if (clean.parameters())
            throw new RuleFault(
                    from, length, "a route cannot name a `;`", "what follows it is a parameter, not a place");
        return new Segment.Literal(escaped(clean.decoded().substring(1)));
    }

    /** People may write letters beyond ASCII as they are. */
    private static String beyondAsciiEscaped(String segment) {
        return escaped(segment, point -> point < 0x80);
    }

    /** The one spelling in which nothing is escaped that need not be. */
    private static String escaped(String decoded) {
        return escaped(decoded, point -> point < 0x80 && PathText.isPlain((char) point));
    }

    private static String escaped(String text, IntPredicate plain) {
        var result = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (plain.test(point)) result.append((char) point);
            else
                for (byte octet : Character.toString(point).getBytes(StandardCharsets.UTF_8))
                    result.append(String.format("%%%02X", octet));
        });
        return result.toString();
    }
}
