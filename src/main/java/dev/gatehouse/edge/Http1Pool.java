package dev.gatehouse.edge;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to APIs that speak HTTP/1.1. The one that was used last is used next, so that those that are not needed grow old. Has no bound of its own: how many
 * requests an API is given at once is bounded before they come here.
 */
final class Http1Pool {
    /** {@code name} and {@code port}: what {@code Host} says, and what a certificate has to be for. */
    record Peer(SocketAddress address, String name, int port) {}

    /** What goes on over connections that the file no longer knows may take this long to end. */
    static final Duration FAREWELL = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final Crowd crowd;
    private final NetClient connector;
    private final @Nullable UpstreamTls tls;
    private final Map<Peer, ArrayDeque<Http1Connection>> lying = new HashMap<>();
    private final RecentNames names = new RecentNames();
    private boolean retired;

    /** {@code tls} null: in clear. */
    Http1Pool(Vertx vertx, Deadlines deadlines, Crowd crowd, @Nullable UpstreamTls tls) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.crowd = crowd;
        this.tls = tls;
        this.connector = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    }

    /** {@code patience}: for a new connection, TLS and all. */
    void open(Peer peer, String method, String uri, Duration patience, UpstreamExchange.Opening opening) {
        Http1Connection known = take(peer);
        if (known != null) opening.opened(known.begin(method, uri));
        else connect(peer, patience, fresh -> opening.opened(fresh.begin(method, uri)), opening::failed);
    }

    private @Nullable Http1Connection take(Peer peer) {
        ArrayDeque<Http1Connection> some = lying.get(peer);
        if (some == null) return null;
        for (Http1Connection last = some.pollLast(); last != null; last = some.pollLast()) {
            deadlines.leave(last);
            if (last.isOpen()) return last;
        }
        return null;
    }

    private void connect(
            Peer peer, Duration patience, Consumer<Http1Connection> connected, Consumer<Throwable> failed) {
        if (!crowd.mayCall()) {
            failed.accept(new UpstreamFailure.NoRoom());
            return;
        }
        Future<NetSocket> connecting = connector.connect(options(peer, patience));
        connecting.onComplete((socket, failure) -> {
            if (failure == null) closed(socket).addListener(over -> crowd.hungUp());
            else crowd.hungUp();
        });
        connecting.timeout(patience.toMillis(), TimeUnit.MILLISECONDS).onComplete((socket, failure) -> {
            if (failure == null) {
                connected.accept(new Http1Connection(this, peer, pipeline(socket)));
                return;
            }
            connecting.onSuccess(NetSocket::close);
            failed.accept(failure);
        });
    }

    private ConnectOptions options(Peer peer, Duration patience) {
        var options = new ConnectOptions().setRemoteAddress(peer.address()).setTimeout((int) patience.toMillis());
        return tls == null
                ? options.setSsl(false)
                : tls.onto(options.setHost(peer.name()).setPort(peer.port()));
    }

    private static ChannelFuture closed(NetSocket socket) {
        return ((NetSocketInternal) socket).channelHandlerContext().channel().closeFuture();
    }

    /** Nothing but TLS is left of what came with the socket. */
    private static ChannelPipeline pipeline(NetSocket socket) {
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        for (ChannelHandler handler : List.copyOf(pipeline.toMap().values()))
            if (!(handler instanceof SslHandler)) pipeline.remove(handler);
        return pipeline;
    }

    RecentNames names() {
        return names;
    }

    boolean isSecure() {
        return tls != null;
    }

    /** Until somebody needs it, or it is too old. */
    void lie(Http1Connection free) {
        if (retired) {
            free.close();
            return;
        }
        lying.computeIfAbsent(free.peer(), first -> new ArrayDeque<>()).addLast(free);
        deadlines.watch(free);
    }

    void gone(Http1Connection closed) {
        ArrayDeque<Http1Connection> some = lying.get(closed.peer());
        if (some == null) return;
        if (closed.isWatched()) {
            deadlines.leave(closed);
            some.remove(closed);
        }
        if (some.isEmpty()) lying.remove(closed.peer());
    }

    /** Nothing new goes over it any more. */
    void retire() {
        retired = true;
        for (ArrayDeque<Http1Connection> some : List.copyOf(lying.values()))
            for (Http1Connection one : List.copyOf(some)) one.close();
        vertx.setTimer(FAREWELL.toMillis(), late -> connector.close());
    }

    Future<Void> close() {
        return connector.close();
    }
}
