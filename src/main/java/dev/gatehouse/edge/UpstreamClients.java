package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How one connection to one target is made and kept: what is spoken, what is believed, and every bound. HTTP/1.1 is ours ({@link Http1Pool}), HTTP/2 is Vert.x's. One per event loop,
 * so that a request never changes its thread. Which target a request goes to is decided elsewhere.
 */
final class UpstreamClients {
    static final int WAITING_PER_ORIGIN = 1024;
    /** Each carries as many requests at once as the other side allows. */
    static final int HTTP2_CONNECTIONS_PER_ORIGIN = 8;

    static final int STREAMS_PER_CONNECTION = 256;
    /** What one stream may send ahead of its caller; all of them together hold up nobody. */
    private static final int STREAM_WINDOW = 64 * 1024;

    /** Shorter than what servers commonly keep an idle connection for, Node's 5 s apart, which it announces. */
    static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    private static final int CONNECT_MILLIS = 60_000;
    static final int HEADER_BYTES = 64 * 1024;
    static final int CHUNK_BYTES = 16 * 1024;

    /** {@code tls} null: in clear. */
    private record Kind(Origin.Protocol protocol, @Nullable UpstreamTls tls) {}

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final Crowd crowd;
    private final Http1Pool inClear;
    private final Map<UpstreamTls, Http1Pool> byTls = new HashMap<>();
    private final Map<Kind, HttpClientAgent> http2 = new HashMap<>();

    UpstreamClients(Vertx vertx, Deadlines deadlines, Crowd crowd) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.crowd = crowd;
        this.inClear = new Http1Pool(vertx, deadlines, crowd, null);
    }

    /** What is asked for, and of whom; {@code uri} is what goes into the request line. {@code upgrades}: where the target leaves the choice, HTTP/1.1 is spoken. */
    record Asked(Target target, @Nullable UpstreamTls tls, HttpMethod method, String uri, boolean upgrades) {
        private boolean isHttp1() {
            Origin.Protocol protocol = target.origin.protocol();
            return protocol == Origin.Protocol.HTTP
                    || (protocol == Origin.Protocol.HTTPS && (upgrades || target.choseHttp1));
        }

        private @Nullable UpstreamTls believed() {
            return target.origin.protocol().isTls() ? tls : null;
        }

        private String name() {
            UpstreamTls believed = believed();
            return believed == null ? target.origin.host() : believed.name(target.origin.host());
        }
    }

    /** An exchange with that target, on a connection or a stream of its own until it is over. {@code patience}: for a new connection. */
    void open(Asked asked, Duration patience, UpstreamExchange.Opening opening) {
        Origin origin = asked.target().origin;
        SocketAddress next = asked.target().addresses.next(System.nanoTime());
        SocketAddress address = next == null ? origin.address() : next;
        boolean isOneOfMany = next != null && asked.target().addresses.size() > 1;
        UpstreamExchange.Opening told = isOneOfMany ? new OneOfMany(asked.target(), address, opening) : opening;
        if (asked.isHttp1()) openHttp1(asked, address, patience, told);
        else openHttp2(asked, address, patience, told);
    }

    private void openHttp1(Asked asked, SocketAddress address, Duration patience, UpstreamExchange.Opening opening) {
        UpstreamTls tls = asked.believed();
        Http1Pool pool = tls == null
                ? inClear
                : byTls.computeIfAbsent(tls, first -> new Http1Pool(vertx, deadlines, crowd, first));
        pool.open(
                new Http1Pool.Peer(address, asked.name(), asked.target().origin.port()),
                asked.method().name(),
                asked.uri(),
                patience,
                asked.target().choseHttp1 ? new SecondThoughts(asked.target(), opening) : opening);
    }

    private void openHttp2(Asked asked, SocketAddress address, Duration patience, UpstreamExchange.Opening opening) {
        Origin origin = asked.target().origin;
        client(new Kind(origin.protocol(), asked.believed()))
                .request(new RequestOptions()
                        .setServer(address)
                        .setHost(asked.name())
                        .setPort(origin.port())
                        .setSsl(origin.protocol().isTls())
                        .setMethod(asked.method())
                        .setURI(asked.uri())
                        .setConnectTimeout(patience.toMillis()))
                .onComplete((made, failure) -> {
                    if (failure != null) opening.failed(failure);
                    else if (made.version() == HttpVersion.HTTP_2) opening.opened(new Http2Exchange(made, vertx));
                    else chosen(made, asked, address, patience, opening);
                });
    }

    /** HTTP/1.1, by ALPN; from now on this is known of the target. */
    private void chosen(
            HttpClientRequest made,
            Asked asked,
            SocketAddress address,
            Duration patience,
            UpstreamExchange.Opening opening) {
        made.exceptionHandler(expected -> {});
        made.connection().close();
        if (asked.target().origin.protocol() == Origin.Protocol.H2) {
            opening.failed(new UpstreamFailure.NotHttp2());
            return;
        }
        asked.target().choseHttp1 = true;
        openHttp1(asked, address, patience, opening);
    }

    /** One address of a name that has several. */
    private record OneOfMany(Target target, SocketAddress address, UpstreamExchange.Opening opening)
            implements UpstreamExchange.Opening {
        @Override
        public void opened(UpstreamExchange exchange) {
            target.addresses.reached(address);
            opening.opened(exchange);
        }

        @Override
        public void failed(Throwable cause) {
            boolean busy = UpstreamFailure.of(cause).reason() == Reason.BUSY;
            if (!busy) target.addresses.failed(address, System.nanoTime());
            opening.failed(cause);
        }
    }

    /** A target that chose HTTP/1.1 once may not speak it any more. */
    private record SecondThoughts(Target target, UpstreamExchange.Opening opening) implements UpstreamExchange.Opening {
        @Override
        public void opened(UpstreamExchange exchange) {
            opening.opened(exchange);
        }

        @Override
        public void failed(Throwable cause) {
            target.choseHttp1 = false;
            opening.failed(cause);
        }
    }

    /** Lets go of connections that believe what no upstream of the file does any more. */
    void keepOnly(Set<UpstreamTls> known) {
        byTls.entrySet().removeIf(entry -> {
            boolean gone = !known.contains(entry.getKey());
            if (gone) entry.getValue().retire();
            return gone;
        });
        http2.entrySet().removeIf(entry -> {
            UpstreamTls tls = entry.getKey().tls();
            boolean gone = tls != null && !known.contains(tls);
            if (gone) entry.getValue().shutdown(Http1Pool.FAREWELL.toSeconds(), TimeUnit.SECONDS);
            return gone;
        });
    }

    Future<Void> close() {
        List<Future<Void>> closing = new ArrayList<>();
        closing.add(inClear.close());
        for (Http1Pool pool : byTls.values()) closing.add(pool.close());
        for (HttpClientAgent agent : http2.values()) closing.add(agent.close());
        byTls.clear();
        http2.clear();
        return Future.join(closing).mapEmpty();
    }

    private HttpClientAgent client(Kind kind) {
        HttpClientAgent known = http2.get(kind);
        if (known != null) return known;
        HttpClientAgent fresh = vertx.httpClientBuilder()
                .with(options(kind))
                .with(new PoolOptions()
                        .setHttp2MaxSize(HTTP2_CONNECTIONS_PER_ORIGIN)
                        .setMaxWaitQueueSize(WAITING_PER_ORIGIN))
                .withConnectHandler(Http2Exchange::install)
                .build();
        http2.put(kind, fresh);
        return fresh;
    }

    private static HttpClientOptions options(Kind kind) {
        var options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2KeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                .setHttp2MultiplexingLimit(STREAMS_PER_CONNECTION)
                .setHttp2ConnectionWindowSize(STREAMS_PER_CONNECTION * STREAM_WINDOW)
                .setInitialSettings(
                        new Http2Settings().setMaxHeaderListSize(HEADER_BYTES).setPushEnabled(false))
                .setDecompressionSupported(false)
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxRedirects(0)
                .setTcpNoDelay(true);
        UpstreamTls tls = kind.tls();
        return tls == null ? options : tls.onto(options, kind.protocol());
    }
}
