package dev.gatehouse.edge;

import dev.gatehouse.web.Exchange;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A request at the gate and, where an API was asked, that as well, as OpenTelemetry tells it. {@code parent} is the span of the caller, where it is one whose word
 * counts; {@code ours} is the request here, {@code toApi} what the API knows as its parent. Nothing that may hold a secret is told, nor who asked.
 */
record Span(LogLine.Told told, String traceId, @Nullable String parent, String ours, String toApi) {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int ERROR = 2;
    private static final int LONGEST_PATH = 512;
    private static final long NANOS_PER_MILLI = 1_000_000;

    void writeTo(JsonArray spans) {
        Exchange exchange = told.exchange();
        var attributes = new JsonArray();
        put(attributes, "http.request.method", told.method());
        put(attributes, "http.route", exchange.route);
        put(attributes, "url.path", shortened(told.path()));
        put(attributes, "gatehouse.api", exchange.api);
        put(attributes, "gatehouse.request_id", exchange.requestId);
        if (exchange.reason != null) put(attributes, "gatehouse.reason", exchange.reason.code());
        if (told.status() > 0) attributes.add(attribute("http.response.status_code", told.status()));
        spans.add(span(ours, parent, SERVER, name(), exchange.startedNanos, told.nowNanos(), attributes)
                .put("status", status(told.status() >= 500)));
        if (exchange.upstreamStartedNanos == 0) return;
        boolean answered = exchange.upstreamHeadNanos != 0;
        var upstream = new JsonArray();
        put(upstream, "http.request.method", told.method());
        put(upstream, "gatehouse.api", exchange.api);
        spans.add(span(
                        toApi,
                        ours,
                        CLIENT,
                        name(),
                        exchange.upstreamStartedNanos,
                        answered ? exchange.upstreamHeadNanos : told.nowNanos(),
                        upstream)
                .put("status", status(!answered)));
    }

    /** Few names in all: a route is as it was written, and what has none is nobody's. */
    private String name() {
        String route = told.exchange().route;
        return route == null ? "HTTP" : route;
    }

    private JsonObject span(
            String id,
            @Nullable String under,
            int kind,
            String name,
            long fromNanos,
            long toNanos,
            JsonArray attributes) {
        var span = new JsonObject().put("traceId", traceId).put("spanId", id);
        if (under != null) span.put("parentSpanId", under);
        return span.put("name", name)
                .put("kind", kind)
                .put("startTimeUnixNano", epoch(fromNanos))
                .put("endTimeUnixNano", epoch(toNanos))
                .put("attributes", attributes);
    }

    private String epoch(long nanos) {
        return Long.toString(told.nowMillis() * NANOS_PER_MILLI - (told.nowNanos() - nanos));
    }

    private static JsonObject status(boolean failed) {
        return failed ? new JsonObject().put("code", ERROR) : new JsonObject();
    }

    private static void put(JsonArray attributes, String key, @Nullable String value) {
        if (value != null)
            attributes.add(new JsonObject().put("key", key).put("value", new JsonObject().put("stringValue", value)));
    }

    private static JsonObject attribute(String key, int value) {
        return new JsonObject().put("key", key).put("value", new JsonObject().put("intValue", Integer.toString(value)));
    }

    private static @Nullable String shortened(@Nullable String path) {
        return path == null || path.length() <= LONGEST_PATH ? path : path.substring(0, LONGEST_PATH);
    }
}
