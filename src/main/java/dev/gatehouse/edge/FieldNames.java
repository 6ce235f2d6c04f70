package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a field's name alone says about how far the field may travel. Asked for every field of every request, so nothing here allocates. */
final class FieldNames {
    /** Never dropped because {@code Connection} names them: they frame the message, or we have judged by them (RFC 9110 §7.6.1, CVE-2022-1388). */
    private static final Set<String> NOT_FOR_CONNECTION = Set.of(
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "authorization",
            "cookie",
            "set-cookie",
            "cache-control",
            "vary",
            "www-authenticate",
            "location",
            "date",
            "expect",
            "range",
            "content-range");

    private FieldNames() {}

    /** Fields that mean something between two neighbours only (RFC 9110 §7.6.1), and everything that begins with {@code Proxy-}. */
    static boolean isHopByHop(String name) {
        return switch (first(name)) {
            case 'c' -> same(name, "connection");
            case 'k' -> same(name, "keep-alive");
            case 'p' -> begins(name, "proxy-");
            case 't' -> same(name, "te") || same(name, "trailer") || same(name, "transfer-encoding");
            case 'u' -> same(name, "upgrade");
            default -> false;
        };
    }

    /** The lower-cased names that {@code Connection} fields add to the list; empty nearly always. */
    static Set<String> namedByConnection(MultiMap fields) {
        String one = fields.get("Connection");
        if (one == null || one.equalsIgnoreCase("keep-alive") || one.equalsIgnoreCase("close")) {
            if (one == null || fields.getAll("Connection").size() == 1) return Set.of();
        }
        return named(fields.getAll("Connection"));
    }

    private static Set<String> named(List<String> values) {
        var names = new HashSet<String>();
        for (String value : values)
            for (String name : value.split(",")) names.add(name.trim().toLowerCase(Locale.ROOT));
        names.removeAll(NOT_FOR_CONNECTION);
        return names;
    }

    static boolean isNamed(String name, Set<String> named) {
        return !named.isEmpty() && named.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Names that are ours to say: who is calling and by which certificate (RFC 9440 §2.4, and what it was called before), which way the request came, and what some frameworks let override the address or method that we
     * judged. Every character that is no letter or digit counts as a dash here, because CGI and its heirs read them so (CVE-2025-64484).
     */
    static boolean isOurs(String name) {
        return switch (first(name)) {
            case 'c' -> begins(name, "client-cert");
            case 'f' -> same(name, "forwarded");
            case 's' -> begins(name, "ssl-client-");
            case 't' -> same(name, "traceparent") || same(name, "tracestate");
            case 'x' ->
                begins(name, "x-gatehouse-")
                        || same(name, "x-gatehouse")
                        || begins(name, "x-forwarded")
                        || same(name, "x-request-id")
                        || same(name, "x-real-ip")
                        || begins(name, "x-client-cert")
                        || begins(name, "x-ssl-client-")
                        || begins(name, "x-amzn-mtls-")
                        || begins(name, "x-arr-clientcert")
                        || same(name, "x-original-url")
                        || same(name, "x-rewrite-url")
                        || same(name, "x-http-method")
                        || same(name, "x-http-method-override")
                        || same(name, "x-method-override");
            default -> false;
        };
    }

    static char first(String name) {
        return name.isEmpty() ? ' ' : (char) (name.charAt(0) | 0x20);
    }

    static boolean same(String name, String lower) {
        return name.length() == lower.length() && begins(name, lower);
    }

    private static boolean begins(String name, String lower) {
        if (name.length() < lower.length()) return false;
        for (int i = 0; i < lower.length(); i++) if (folded(name.charAt(i)) != lower.charAt(i)) return false;
        return true;
    }

    private static char folded(char c) {
        if (c >= 'A' && c <= 'Z') return (char) (c | 0x20);
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
}
