package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an API's bytes and our HTTP client. The end of an answer is held back until everything that came with it has been read: an API
 * that sends more than one answer to one request loses the connection before anybody else is given it (response splitting, RFC 9112 §11.2).
 * Interim answers that the client does not know are made known to it (RFC 9110 §15.2).
 */
final class UpstreamGuard extends ChannelInboundHandlerAdapter {
    private static final String NAME = "gatehouse.guard";
    private static final String CODEC = "codec";
    private static final long CANCEL = Http2Error.CANCEL.code();
    private static final AttributeKey<Boolean> DOUBTED = AttributeKey.valueOf("gatehouse.doubted");
    private static final Duration PONG = Duration.ofSeconds(2);

    private final HttpConnection connection;
    private @Nullable Object end;
    private boolean interim;
    private boolean surprised;
    private boolean used;
    private boolean upgradable;
    private boolean upgraded;
    private @Nullable WebSocketTunnel tunnel;
    /** What came right behind the answer to the handshake. */
    private ByteBuf early = Unpooled.EMPTY_BUFFER;

    private UpstreamGuard(HttpConnection connection) {
        this.connection = connection;
    }

    /** What goes wrong on a connection is told with the request it goes wrong for; Vert.x would log it, with the API's own words in it. */
    static void install(HttpConnection connection) {
        connection.exceptionHandler(told -> {});
        if (isHttp2(connection)) {
            Http2ConnectionHandler handler = channelOf(connection).pipeline().get(Http2ConnectionHandler.class);
            handler.decoder().frameListener(new Http2Answers(handler.decoder().frameListener(), handler.connection()));
            return;
        }
        ChannelPipeline pipeline = ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .pipeline();
        pipeline.addBefore("handler", NAME, new UpstreamGuard(connection));
    }

    private static boolean isHttp2(HttpConnection connection) {
        return channelOf(connection).pipeline().get(Http2ConnectionHandler.class) != null;
    }

    private static Channel channelOf(HttpConnection connection) {
        return ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .channel();
    }

    /** Whether an answer may have come over this connection before; such a one may have been closed by the other side while it lay in the pool. */
    static boolean isUsed(HttpConnection connection) {
        return isHttp2(connection)
                || (channelOf(connection).pipeline().get(NAME) instanceof UpstreamGuard guard && guard.used);
    }

    /**
     * Nothing more of this exchange. Of HTTP/2 that is its stream (RFC 9113 §5.4.2); else the connection leaves the pool and is closed at once: Vert.x alone would wait until an API
     * that may never read has taken everything.
     */
    static void abort(HttpClientRequest sent) {
        if (sent.version() == HttpVersion.HTTP_2) {
            sent.reset(CANCEL);
            return;
        }
        sent.connection().close();
        ChannelHandlerContext guard = channelOf(sent.connection()).pipeline().context(NAME);
        if (guard != null) guard.close();
    }

    /** Nothing came in time. A connection that carries other exchanges as well is asked whether anybody is there at all, and closed when nobody says so (RFC 9113 §6.7). */
    static void doubt(HttpClientRequest sent, Vertx vertx) {
        HttpConnection connection = sent.connection();
        if (sent.version() != HttpVersion.HTTP_2) return;
        Channel channel = channelOf(connection);
        if (channel.attr(DOUBTED).getAndSet(true) != null) return;
        long timer = vertx.setTimer(PONG.toMillis(), silent -> {
            connection.close();
            channel.unsafe().close(channel.voidPromise());
        });
        connection.ping(Buffer.buffer(new byte[8])).onComplete((pong, failure) -> {
            channel.attr(DOUBTED).set(null);
            vertx.cancelTimer(timer);
        });
    }

    /** A 101 ends HTTP on this connection, if it is one of HTTP/1.1. */
    static void askUpgrade(HttpClientRequest request, WebSocketHandshake handshake) {
        if (!(channelOf(request.connection()).pipeline().get(NAME) instanceof UpstreamGuard guard)) return;
        guard.upgradable = true;
        handshake.stamp(request.headers());
    }

    static boolean isUpgraded(HttpClientRequest request) {
        return channelOf(request.connection()).pipeline().get(NAME) instanceof UpstreamGuard guard && guard.upgraded;
    }

    /** Where octets for the API are on their way out. */
    static ChannelHandlerContext wire(HttpClientRequest upgraded) {
        return channelOf(upgraded.connection()).pipeline().context(NAME);
    }

    /** All that comes from now on. */
    static void carry(HttpClientRequest upgraded, WebSocketTunnel tunnel) {
        ChannelPipeline pipeline = channelOf(upgraded.connection()).pipeline();
        var guard = (UpstreamGuard) pipeline.get(NAME);
        guard.tunnel = tunnel;
        ByteBuf first = guard.early;
        guard.early = Unpooled.EMPTY_BUFFER;
        tunnel.fromApi(first);
        if (pipeline.get(CODEC) != null) pipeline.remove(CODEC);
        tunnel.apiPaused();
    }

    private void octets(Object message) {
        if (!(message instanceof ByteBuf octets)) ReferenceCountUtil.release(message);
        else if (tunnel != null) tunnel.fromApi(octets);
        else early = Unpooled.wrappedBuffer(early, octets);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (tunnel != null) tunnel.apiTakes();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (upgraded) {
            octets(message);
            return;
        }
        if (surprised || end != null) {
            surprise(context, message);
            return;
        }
        if (message instanceof HttpResponse head) {
            int status = head.status().code();
            interim = InterimAnswers.isOne(status);
            if (interim) InterimAnswers.disguise(head);
            upgraded = upgradable && status == 101;
            upgradable = upgradable && interim;
        }
        if (message instanceof LastHttpContent last && last.decoderResult().isSuccess()) finish(context, last);
        else context.fireChannelRead(message);
    }

    private void finish(ChannelHandlerContext context, LastHttpContent last) {
        if (interim) context.fireChannelRead(last);
        else end = last;
        interim = false;
    }

    private void surprise(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        if (surprised) return;
        surprised = true;
        connection.close();
        release(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        release(context);
        if (tunnel != null) tunnel.apiPaused();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release(context);
        early.release();
        early = Unpooled.EMPTY_BUFFER;
        if (tunnel != null) tunnel.apiLeft();
        context.fireChannelInactive();
    }

    private void release(ChannelHandlerContext context) {
        Object held = end;
        if (held == null) return;
        end = null;
        used = true;
        context.fireChannelRead(held);
    }
}
