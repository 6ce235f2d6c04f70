package dev.gatehouse.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The same way out for libraries that make their requests themselves: every one of them is judged as {@link PublicClient} judges its own, goes to the address that was
 * judged, and gets so many bytes and so much time for its answer. Redirects are answers.
 */
final class GuardedHttp implements HttpClientAgent {
    static final int MOST_BYTES = 64 * 1024;

    private static final int CONNECTIONS = 32;
    private static final int WAITING = 512;
    private static final int KEPT_SECONDS = 20;

    private final Vertx vertx;
    private final PublicClient rules;
    private final Duration timeLimit;
    private final HttpClientAgent client;

    GuardedHttp(Vertx vertx, PublicClient rules, Duration timeLimit) {
        this.vertx = vertx;
        this.rules = rules;
        this.timeLimit = timeLimit;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setMaxHeaderSize(MOST_BYTES / 4)
                        .setKeepAliveTimeout(KEPT_SECONDS)
                        .setMaxRedirects(0)
                        .setConnectTimeout((int) timeLimit.toMillis()))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING))
                .withConnectHandler(GuardedHttp::bounded)
                .build();
    }

    /** What a library is given that wants to make a client by itself. */
    Vertx asVertx() {
        var guarded = this;
        return new VertxWrapper((VertxInternal) vertx) {
            @Override
            public HttpClientAgent createHttpClient(HttpClientOptions ignored) {
                return guarded;
            }
        };
    }

    @Override
    public Future<HttpClientRequest> request(RequestOptions wanted) {
        Target target;
        try {
            String scheme = Boolean.TRUE.equals(wanted.isSsl()) ? "https" : "http";
            target =
                    Target.of(URI.create(scheme + "://" + wanted.getHost() + ":" + wanted.getPort() + wanted.getURI()));
        } catch (GuardedClient.Failure | IllegalArgumentException no) {
            return Future.failedFuture(no);
        }
        return rules.address(target)
                .compose(address -> trusting(new RequestOptions(wanted)
                        .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))))
                .compose(client::request)
                .map(this::timed);
    }

    private Future<RequestOptions> trusting(RequestOptions options) {
        return Boolean.TRUE.equals(options.isSsl())
                ? rules.roots().map(options::setSslOptions)
                : Future.succeededFuture(options);
    }

    private HttpClientRequest timed(HttpClientRequest request) {
        long timer = vertx.setTimer(timeLimit.toMillis(), late -> request.reset());
        request.response().compose(HttpClientResponse::end).onComplete(over -> vertx.cancelTimer(timer));
        return request;
    }

    private static void bounded(HttpConnection connection) {
        ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .pipeline()
                .addFirst(new Bound());
    }

    /** Counts what comes in since the last thing that went out, as it is on the wire. */
    private static final class Bound extends ChannelDuplexHandler {
        private long received;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
            received = 0;
            context.write(message, written);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) received += bytes.readableBytes();
            if (received > MOST_BYTES) context.close();
            context.fireChannelRead(message);
        }
    }

    @Override
    public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
        return Future.failedFuture(new UnsupportedOperationException("certificates are the way out's"));
    }

    @Override
    public Future<HttpClientConnection> connect(HttpConnectOptions options) {
        return Future.failedFuture(new UnsupportedOperationException("connections are the way out's"));
    }

    @Override
    public boolean isMetricsEnabled() {
        return client.isMetricsEnabled();
    }

    @Override
    public Future<Void> shutdown(long timeout, TimeUnit unit) {
        return client.shutdown(timeout, unit);
    }
}
