package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Problem;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One request on its way through the house and what has been learned of it so far; confined to its event loop, read by the access log at the end. */
public final class Exchange {
    private static final String KEY = "gatehouse.exchange";

    /** Also in {@code X-Request-Id}, the log, and every problem. */
    public final String requestId;
    /** Who is asking, past the proxies that {@code trust_proxy} names. */
    public final InetAddress clientAddress;
    /** {@link System#nanoTime()} when the head had arrived. */
    public final long startedNanos;

    /** The API's name and the route's pattern as written, once a route has matched. */
    public @Nullable String api;

    public @Nullable String route;
    /** {@code file:line} of the rule that decided. */
    public @Nullable String rule;
    /** Set when we answered ourselves. */
    public @Nullable Problem reason;

    public @Nullable String subject;
    public @Nullable String username;
    public @Nullable String client;
    /** What came over a WebSocket; negative where there was none. */
    public long octetsIn = -1;
    /** Zero until the upstream has been called. */
    public long upstreamStartedNanos;
    /** Zero until the upstream's response head has arrived. */
    public long upstreamHeadNanos;

    public Exchange(String requestId, InetAddress clientAddress, long startedNanos) {
        this.requestId = requestId;
        this.clientAddress = clientAddress;
        this.startedNanos = startedNanos;
    }

    public void attachTo(RoutingContext context) {
        context.put(KEY, this);
    }

    public static Exchange of(RoutingContext context) {
        Exchange exchange = context.get(KEY);
        if (exchange == null) throw new IllegalStateException("no exchange: the edge attaches one to every request");
        return exchange;
    }
}
