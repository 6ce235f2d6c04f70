package dev.gatehouse.web;

import io.vertx.core.MultiMap;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which origins' pages may read what we answer (Fetch standard §3.2). Preflights are answered here and never reach an API; cookies are never allowed,
 * since callers show a bearer token. An origin that is not allowed gets no CORS field at all.
 */
public record Cors(AllowedOrigins origins) {
    private static final String EXPOSED =
            "X-Request-Id, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy, Location, Link, ETag, DPoP-Nonce";
    private static final String REMEMBER_SECONDS = "600";
    private static final int MOST_REQUESTED_HEADERS = 2048;

    public static final Cors OFF = new Cors(Set.of());

    public Cors(Set<String> origins) {
        this(Set.copyOf(origins)::contains);
    }

    /** The origins of web addresses, for example of redirect URIs; addresses that have none are left out. */
    public static Set<String> originsOf(Collection<String> addresses) {
        var found = new HashSet<String>();
        for (String address : addresses) originOf(address).ifPresent(found::add);
        return found;
    }

    /** Fetch standard §3.2.2: an OPTIONS request with both fields. */
    public static boolean isPreflight(String method, MultiMap headers) {
        return method.equals("OPTIONS")
                && headers.contains("Origin")
                && headers.contains("Access-Control-Request-Method");
    }

    public boolean allows(String origin) {
        return origins.allows(origin);
    }

    /** The answer to a preflight; empty when the origin is not allowed. */
    public Optional<Reply> preflight(MultiMap request, Collection<String> methods) {
        String origin = request.get("Origin");
        if (origin == null || !allows(origin)) return Optional.empty();
        var reply = Reply.empty(204)
                .with("Access-Control-Allow-Origin", origin)
                .with("Access-Control-Allow-Methods", String.join(", ", new TreeSet<>(methods)))
                .with("Access-Control-Max-Age", REMEMBER_SECONDS)
                .with("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        String wanted = String.join(", ", request.getAll("Access-Control-Request-Headers"));
        return Optional.of(isNameList(wanted) ? reply.with("Access-Control-Allow-Headers", wanted) : reply);
    }

    /** What a page of {@code origin} needs to read an ordinary answer; nothing when it may not. */
    public List<Map.Entry<String, String>> fields(String origin) {
        if (!allows(origin)) return List.of();
        return List.of(
                Map.entry("Access-Control-Allow-Origin", origin), Map.entry("Access-Control-Expose-Headers", EXPOSED));
    }

    private static boolean isNameList(String text) {
        if (text.isEmpty() || text.length() > MOST_REQUESTED_HEADERS) return false;
        return text.chars()
                .allMatch(c ->
                        c == ',' || c == ' ' || c == '-' || c == '_' || (c < 0x80 && Character.isLetterOrDigit(c)));
    }

    private static Optional<String> originOf(String address) {
        try {
            URI uri = URI.create(address);
            String scheme = uri.getScheme();
            if (scheme == null || uri.getHost() == null || !scheme.matches("https?")) return Optional.empty();
            return Optional.of(scheme + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}
