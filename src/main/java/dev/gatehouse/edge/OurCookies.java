package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cookies of the house, of the session and of browsers that are known again, which are nobody's business behind the gate (RFC 6265 §5.4). */
final class OurCookies {
    private static final String PLAIN = "gh";
    private static final String SECURE = "__Host-gh";
    private static final Set<String> OURS =
            Set.of(PLAIN, SECURE, "gh-device", "__Secure-gh-device", "gh-passkey", "__Secure-gh-passkey");

    private static final int LENGTH = 43;

    private OurCookies() {}

    /**
     * The value of the session cookie as a browser at {@code url} sends it, the first where there are several (RFC 6265 §5.4); null when there is none that looks like
     * one of ours.
     */
    static @Nullable String session(MultiMap headers, String url) {
        String name = url.startsWith("https:") ? SECURE : PLAIN;
        for (String field : headers.getAll(HttpHeaders.COOKIE)) {
            if (!field.contains(PLAIN)) continue;
            for (String pair : field.split(";", -1)) if (nameOf(pair).equals(name)) return wellFormed(pair);
        }
        return null;
    }

    private static @Nullable String wellFormed(String pair) {
        String value = pair.substring(pair.indexOf('=') + 1).trim();
        if (value.length() != LENGTH) return null;
        for (int i = 0; i < LENGTH; i++) {
            char c = value.charAt(i);
            boolean plain =
                    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!plain) return null;
        }
        return value;
    }

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

    /** Whether a {@code Set-Cookie} value sets one of ours: an API must not plant a session (session fixation), nor a browser that is known. */
    static boolean isSet(String value) {
        int end = value.indexOf(';');
        return isOurs(nameOf(end < 0 ? value : value.substring(0, end)));
    }

    private static String nameOf(String pair) {
        int equals = pair.indexOf('=');
        return (equals < 0 ? pair : pair.substring(0, equals)).trim();
    }

    private static boolean isOurs(String name) {
        return OURS.contains(name);
    }
}
