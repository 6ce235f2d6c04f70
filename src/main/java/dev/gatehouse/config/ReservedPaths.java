package dev.gatehouse.config;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import java.util.List;
import java.util.Optional;

/** The paths of the public listener that are the gate's own, each with everything below it; and {@code /}, alone. */
public final class ReservedPaths {
    /** In the order of the reference page. */
    public static final List<String> ALL = List.of(
            "/register",
            "/login",
            "/logout",
            "/register_client",
            "/oauth",
            "/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-protected-resource",
            "/account",
            "/device",
            "/consent",
            "/forgot",
            "/reset",
            "/verify",
            "/_gate");

    private ReservedPaths() {}

    /** The own path that an API at {@code path} would stand above or below; {@code /} is allowed. */
    static Optional<String> overlapping(String path) {
        if (path.equals("/")) return Optional.empty();
        return ALL.stream()
                .filter(own -> isBelow(path, own) || isBelow(own, path))
                .findFirst();
    }

    /** The own path that a pattern names; patterns with a variable or {@code /**} in that place leave it alone, since ours are more specific. */
    static Optional<String> namedBy(RoutePattern pattern) {
        if (pattern.segments().isEmpty()) return Optional.of("/");
        var literal = new StringBuilder();
        for (Segment segment : pattern.segments()) {
            if (!(segment instanceof Segment.Literal text)) break;
            literal.append('/').append(text.text());
        }
        return ALL.stream().filter(own -> isBelow(literal.toString(), own)).findFirst();
    }

    private static boolean isBelow(String path, String ancestor) {
        return path.equals(ancestor) || path.startsWith(ancestor + "/");
    }
}
