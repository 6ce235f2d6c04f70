package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request that brings a cookie comes from a page of the house's own origin (cross-site request forgery): browsers say so in {@code Sec-Fetch-Site} (Fetch
 * Metadata §2.4), older ones in {@code Origin}. Methods that change nothing need not show it (RFC 9110 §9.2.1), but an upgrade does: a WebSocket can be opened by any
 * page, and is not held back by CORS (RFC 6455 §10.2).
 */
final class SameOrigin {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Pattern AT_HOME = Pattern.compile("(?i)(localhost|127\\.[0-9.]{1,12}|\\[::1])(:[0-9]{1,5})?");

    private SameOrigin() {}

    static boolean sent(Passage passage) {
        if (isUpgrade(passage)) return isOurs(one(passage, "Origin"), passage);
        if (SAFE.contains(passage.method())) return true;
        if (passage.request.headers().contains("Sec-Fetch-Site"))
            return "same-origin".equals(one(passage, "Sec-Fetch-Site"));
        return isOurs(one(passage, "Origin"), passage);
    }

    /** Of an upgrade that another gateway asks about only the fields of WebSockets are left. */
    private static boolean isUpgrade(Passage passage) {
        MultiMap fields = passage.request.headers();
        return fields.contains(HttpHeaders.UPGRADE)
                || fields.contains("Sec-WebSocket-Key")
                || "websocket".equals(fields.get("Sec-Fetch-Mode"))
                || passage.method().equals(HttpMethod.CONNECT);
    }

    private static @Nullable String one(Passage passage, String name) {
        List<String> values = passage.request.headers().getAll(name);
        return values.size() == 1 ? values.get(0) : null;
    }

    /** At home a browser may have come by any name of this machine. */
    private static boolean isOurs(@Nullable String origin, Passage passage) {
        if (origin == null) return false;
        String url = passage.snapshot.url();
        if (origin.equals(withoutUsualPort(url))) return true;
        String host = passage.host();
        return isAtHome(url, host) && origin.equals("http://" + host);
    }

    /** Whether a page of that origin may open a WebSocket to the API: browsers hold back nothing and tell nothing but this (RFC 6455 §10.2). */
    static boolean mayOpen(String origin, Passage passage) {
        if (isOurs(origin, passage)) return true;
        if (passage.cors().isPresent() && passage.cors().get().allows(origin)) return true;
        String url = passage.snapshot.url();
        String scheme = url.substring(0, url.indexOf("//") + 2);
        return origin.equalsIgnoreCase(withoutUsualPort(scheme + passage.host()));
    }

    /** Whether the browser is where the cookies and pages of the house are. */
    static boolean isHere(Passage passage) {
        String url = passage.snapshot.url();
        String host = passage.host();
        if (host == null) return false;
        String scheme = url.substring(0, url.indexOf("//") + 2);
        return isAtHome(url, host) || withoutUsualPort(scheme + host).equalsIgnoreCase(withoutUsualPort(url));
    }

    private static boolean isAtHome(String url, @Nullable String host) {
        return url.startsWith("http://")
                && host != null
                && AT_HOME.matcher(host).matches();
    }

    /** As browsers write an origin (RFC 6454 §6.2). */
    private static String withoutUsualPort(String url) {
        if (url.startsWith("https:") && url.endsWith(":443")) return url.substring(0, url.length() - 4);
        return url.startsWith("http:") && url.endsWith(":80") ? url.substring(0, url.length() - 3) : url;
    }
}
