package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.Inet6Address;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which way a request came: {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}, and the same as {@code Forwarded} (RFC 7239). What came in
 * is built upon only where the neighbour is one that {@code trust_proxy} names; anybody else's is thrown away.
 */
final class ForwardedFields {
    private ForwardedFields() {}

    static void stamp(Passage passage, BiConsumer<String, String> to) {
        MultiMap from = passage.request.headers();
        String neighbour = passage.caller.addressText();
        String before = passage.trusted ? String.join(", ", from.getAll("X-Forwarded-For")) : "";
        String scheme = scheme(passage, passage.trusted ? from.get("X-Forwarded-Proto") : null);
        String host = host(passage, passage.trusted ? from.get("X-Forwarded-Host") : null);
        to.accept("X-Forwarded-For", before.isEmpty() ? neighbour : before + ", " + neighbour);
        to.accept("X-Forwarded-Proto", scheme);
        if (host != null) to.accept("X-Forwarded-Host", host);
        to.accept(
                "Forwarded",
                "for=" + node(passage) + (host == null ? "" : ";host=\"" + host + "\"") + ";proto=" + scheme);
        String trace = passage.trace();
        to.accept("traceparent", trace);
        String state = passage.trusted ? from.get("tracestate") : null;
        if (state != null && TraceParent.isSameTrace(trace, from.get("traceparent"))) to.accept("tracestate", state);
    }

    private static String scheme(Passage passage, @Nullable String said) {
        if (said != null && (said.equals("https") || said.equals("http"))) return said;
        return passage.request.isSSL() ? "https" : "http";
    }

    /** Null: HTTP/1.0 callers may have said nothing. */
    private static @Nullable String host(Passage passage, @Nullable String said) {
        if (said != null && Framing.isHost(said)) return said;
        return passage.request.getHeader(HttpHeaders.HOST);
    }

    /** RFC 7239 §6: IPv6 stands in brackets and quotes. */
    private static String node(Passage passage) {
        String text = passage.clientAddressText();
        return passage.exchange.clientAddress instanceof Inet6Address ? "\"[" + text + "]\"" : text;
    }
}
