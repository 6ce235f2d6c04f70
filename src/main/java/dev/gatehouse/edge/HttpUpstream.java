package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.UpstreamSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** APIs that speak HTTP/1.1. One client per event loop, so that a request never changes its thread; every bound is spelt out, for the library's own are 5 and none. */
final class HttpUpstream implements Upstream {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    static final int CONNECTIONS_PER_ORIGIN = 256;
    static final int WAITING_PER_ORIGIN = 1024;
    /** Shorter than what servers commonly keep an idle connection for, Node's 5 s apart, which it announces. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    private static final int HEADER_BYTES = 64 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;

    private final HttpClientAgent client;
    private final Upstreams upstreams;
    private final Deadlines deadlines;
    private final Map<UpstreamSettings, Choosing> choosings = new IdentityHashMap<>();
    private @Nullable EdgeSnapshot seen;

    HttpUpstream(Vertx vertx, Upstreams upstreams, Deadlines deadlines) {
        this.upstreams = upstreams;
        this.deadlines = deadlines;
        this.client = client(vertx);
    }

    static HttpClientAgent client(Vertx vertx) {
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAlive(true)
                        .setKeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                        .setPipelining(false)
                        .setDecompressionSupported(false)
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setMaxHeaderSize(HEADER_BYTES)
                        .setMaxInitialLineLength(HEADER_BYTES)
                        .setMaxChunkSize(CHUNK_BYTES)
                        .setMaxRedirects(0)
                        .setTcpNoDelay(true))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_ORIGIN).setMaxWaitQueueSize(WAITING_PER_ORIGIN))
                .withConnectHandler(UpstreamGuard::install)
                .build();
    }

    @Override
    public void forward(Passage passage) {
        new Forwarding(passage, this, new Attempts(passage, choosing(passage)), deadlines).start();
    }

    /** Found by the very object of the settings, which is cheaper than comparing them. */
    private Choosing choosing(Passage passage) {
        if (passage.snapshot != seen) choosings.clear();
        seen = passage.snapshot;
        UpstreamSettings settings = ((Config.Upstream.Http) passage.route().upstream()).settings();
        Choosing known = choosings.get(settings);
        if (known != null) return known;
        var fresh = new Choosing(upstreams.of(passage.route().api(), settings), System.nanoTime());
        choosings.put(settings, fresh);
        return fresh;
    }

    /** A request to that target, on a connection of its own until it is over. */
    Future<HttpClientRequest> request(Passage passage, Target target, Duration patience) {
        String prefix = passage.route().prefix();
        String uri = passage.route().sentPath().of(passage.target());
        return request(
                client, target, passage.request.method(), prefix.isEmpty() ? uri : prefix + uri, patience);
    }

    static Future<HttpClientRequest> request(
            HttpClientAgent client, Target target, HttpMethod method, String uri, Duration patience) {
        URI origin = target.url;
        var options = new RequestOptions()
                .setHost(origin.getHost())
                .setPort(portOf(origin))
                .setSsl("https".equals(origin.getScheme()))
                .setMethod(method)
                .setURI(uri)
                .setConnectTimeout(patience.toMillis());
        SocketAddress address = target.addresses.next();
        return client.request(address == null ? options : options.setServer(address));
    }

    private static int portOf(URI origin) {
        if (origin.getPort() >= 0) return origin.getPort();
        return "https".equals(origin.getScheme()) ? 443 : 80;
    }

    Future<Void> close() {
        return client.close();
    }
}
