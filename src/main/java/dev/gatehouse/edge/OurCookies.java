package dev.gatehouse.edge;

import org.jspecify.annotations.Nullable;

/** The session cookies of the house, which are nobody's business behind the gate (RFC 6265 §5.4). */
final class OurCookies {
    private static final String PLAIN = "gh";
    private static final String SECURE = "__Host-gh";

    private OurCookies() {}

    /** A {@code Cookie} value without ours; null when nothing is left of it. */
    static @Nullable String without(String value) {
        if (!value.contains(PLAIN)) return value;
        var kept = new StringBuilder(value.length());
        for (String pair : value.split(";", -1)) {
            if (isOurs(nameOf(pair))) continue;
            if (kept.length() > 0) kept.append(';');
            kept.append(kept.length() == 0 ? pair.stripLeading() : pair);
        }
        return kept.toString().isBlank() ? null : kept.toString();
    }

    /** Whether a {@code Set-Cookie} value sets one of ours: an API must not plant a session (session fixation). */
    static boolean isSet(String value) {
        int end = value.indexOf(';');
        return isOurs(nameOf(end < 0 ? value : value.substring(0, end)));
    }

    private static String nameOf(String pair) {
        int equals = pair.indexOf('=');
        return (equals < 0 ? pair : pair.substring(0, equals)).trim();
    }

    private static boolean isOurs(String name) {
        return name.equals(PLAIN) || name.equals(SECURE);
    }
}
