package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;

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
    private final Deadlines deadlines;

    HttpUpstream(Vertx vertx, Deadlines deadlines) {
        this.deadlines = deadlines;
        this.client = vertx.httpClientBuilder()
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
        new Forwarding(passage, this, deadlines).start();
    }

    /** A request to the route's origin, on a connection of its own until it is over. */
    Future<HttpClientRequest> request(Passage passage) {
        CompiledRoute route = passage.route();
        URI origin = ((Config.Upstream.Http) route.upstream()).targets().get(0);
        String uri = route.sentPath().of(passage.target());
        return client.request(new RequestOptions()
                .setHost(origin.getHost())
                .setPort(portOf(origin))
                .setSsl("https".equals(origin.getScheme()))
                .setMethod(passage.request.method())
                .setURI(route.prefix().isEmpty() ? uri : route.prefix() + uri)
                .setConnectTimeout(CONNECT_TIMEOUT.toMillis()));
    }

    private static int portOf(URI origin) {
        if (origin.getPort() >= 0) return origin.getPort();
        return "https".equals(origin.getScheme()) ? 443 : 80;
    }

    Future<Void> close() {
        return client.close();
    }
}
