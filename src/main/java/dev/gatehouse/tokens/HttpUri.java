package dev.gatehouse.tokens;

import dev.gatehouse.tokens.CompactToken.Unreadable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** {@code htu} as two parties would write it alike (RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3): without query and fragment, nothing left to taste. */
final class HttpUri {
    private HttpUri() {}

    static String normal(String text) throws Unreadable {
        try {
            var uri = new URI(text).normalize();
            if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null)
                throw new Unreadable("the proof's htu is not an address");
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            int port = uri.getPort();
            boolean usual = port < 0 || port == (scheme.equals("https") ? 443 : 80);
            String path = Optional.ofNullable(uri.getRawPath())
                    .filter(some -> !some.isEmpty())
                    .orElse("/");
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + port) + plain(path);
        } catch (URISyntaxException broken) {
            throw new Unreadable("the proof's htu is not an address");
        }
    }

    /** Letters, digits and {@code -._~} stand for themselves; other escapes are in capitals. */
    private static String plain(String path) {
        if (path.indexOf('%') < 0) return path;
        var plain = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                plain.append(c);
                continue;
            }
            char meant = (char) Integer.parseInt(path, i + 1, i + 3, 16);
            if (isUnreserved(meant)) plain.append(meant);
            else plain.append(path.substring(i, i + 3).toUpperCase(Locale.ROOT));
            i += 2;
        }
        return plain.toString();
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;
    }
}
