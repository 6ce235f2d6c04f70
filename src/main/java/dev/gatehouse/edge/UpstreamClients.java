package dev.gatehouse.edge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How one connection to one target is made and kept: what is spoken, what is believed, and every bound, for the library's own are 5 and none. One per event loop,
 * so that a request never changes its thread. Which target a request goes to is decided elsewhere.
 */
final class UpstreamClients {
    /** No bound of its own: how many requests an API is given at once is bounded before they come here. */
    static final int CONNECTIONS_PER_ORIGIN = 65_535;

    static final int WAITING_PER_ORIGIN = 1024;
    /** Each carries as many requests at once as the other side allows. */
    static final int HTTP2_CONNECTIONS_PER_ORIGIN = 8;

    static final int STREAMS_PER_CONNECTION = 256;
    /** What one stream may send ahead of its caller; all of them together hold up nobody. */
    private static final int STREAM_WINDOW = 64 * 1024;

    /** Shorter than what servers commonly keep an idle connection for, Node's 5 s apart, which it announces. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    /** What goes on over connections that the file no longer knows may take this long to end. */
    private static final Duration FAREWELL = Duration.ofMinutes(10);

    private static final int CONNECT_MILLIS = 60_000;
    private static final int HEADER_BYTES = 64 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;

    /** {@code tls} null: in clear. */
    private record Kind(Origin.Protocol protocol, @Nullable UpstreamTls tls) {}

    private final Vertx vertx;
    private final Map<Kind, HttpClientAgent> clients = new HashMap<>();

    UpstreamClients(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * A request to that target, on a connection or a stream of its own until it is over. {@code uri} is what goes into the request line; {@code tls} is asked where
     * the target's protocol says so. {@code upgrades}: where the target leaves the choice, HTTP/1.1 is spoken.
     */
    Future<HttpClientRequest> request(
            Target target,
            @Nullable UpstreamTls tls,
            HttpMethod method,
            String uri,
            Duration patience,
            boolean upgrades) {
        Origin origin = target.origin;
        SocketAddress address = target.addresses.next();
        boolean secure = origin.protocol().isTls();
        String host = secure && tls != null ? tls.name(origin.host()) : origin.host();
        boolean chooses = origin.protocol() == Origin.Protocol.HTTPS;
        Origin.Protocol spoken = chooses && upgrades ? Origin.Protocol.HTTP : origin.protocol();
        return client(new Kind(spoken, secure ? tls : null))
                .request(new RequestOptions()
                        .setServer(address == null ? origin.address() : address)
                        .setHost(host)
                        .setPort(origin.port())
                        .setSsl(secure)
                        .setMethod(method)
                        .setURI(uri)
                        .setConnectTimeout(patience.toMillis()))
                .compose(made -> speaks(origin, made) ? Future.succeededFuture(made) : notHttp2(made));
    }

    private static boolean speaks(Origin origin, HttpClientRequest made) {
        return origin.protocol() != Origin.Protocol.H2 || made.version() == HttpVersion.HTTP_2;
    }

    private static Future<HttpClientRequest> notHttp2(HttpClientRequest made) {
        made.connection().close();
        return Future.failedFuture(new UpstreamFailure.NotHttp2());
    }

    /** Lets go of connections that believe what no upstream of the file does any more. */
    void keepOnly(Set<UpstreamTls> known) {
        clients.entrySet().removeIf(entry -> {
            UpstreamTls tls = entry.getKey().tls();
            if (tls == null || known.contains(tls)) return false;
            entry.getValue().shutdown(FAREWELL.toSeconds(), TimeUnit.SECONDS);
            return true;
        });
    }

    Future<Void> close() {
        var closing = clients.values().stream().map(HttpClientAgent::close).toList();
        clients.clear();
        return Future.join(closing).mapEmpty();
    }

    private HttpClientAgent client(Kind kind) {
        HttpClientAgent known = clients.get(kind);
        if (known != null) return known;
        HttpClientAgent fresh = vertx.httpClientBuilder()
                .with(options(kind))
                .with(new PoolOptions()
                        .setHttp1MaxSize(CONNECTIONS_PER_ORIGIN)
                        .setHttp2MaxSize(HTTP2_CONNECTIONS_PER_ORIGIN)
                        .setMaxWaitQueueSize(WAITING_PER_ORIGIN))
                .withConnectHandler(UpstreamGuard::install)
                .build();
        clients.put(kind, fresh);
        return fresh;
    }

    private static HttpClientOptions options(Kind kind) {
        var options = new HttpClientOptions()
                .setProtocolVersion(kind.protocol() == Origin.Protocol.HTTP ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setKeepAlive(true)
                .setKeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                .setHttp2KeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                .setHttp2MultiplexingLimit(STREAMS_PER_CONNECTION)
                .setHttp2ConnectionWindowSize(STREAMS_PER_CONNECTION * STREAM_WINDOW)
                .setInitialSettings(
                        new Http2Settings().setMaxHeaderListSize(HEADER_BYTES).setPushEnabled(false))
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxInitialLineLength(HEADER_BYTES)
                .setMaxChunkSize(CHUNK_BYTES)
                .setMaxRedirects(0)
                .setTcpNoDelay(true);
        UpstreamTls tls = kind.tls();
        return tls == null ? options : tls.onto(options, kind.protocol());
    }
}
