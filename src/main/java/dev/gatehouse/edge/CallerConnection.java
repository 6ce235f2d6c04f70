package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Cidr;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that somebody opened to us: who is at its other end, and how one of its requests is broken off. Confined to its event loop. */
abstract class CallerConnection extends Deadlines.Watched {
    private static final AttributeKey<CallerConnection> KEY = AttributeKey.valueOf("gatehouse.caller");

    /** Of a connection that was gone before it was looked at; no network that anybody would trust. */
    private static final InetAddress NOBODY = Cidr.literal("0.0.0.0");

    /** Why a caller who is still connected counts as one who left. */
    static final class Unread extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unread() {
            super("the caller did not read the answer", null, false, false);
        }
    }

    final Channel channel;
    final Callers callers;
    private final InetAddress address;
    private final String addressText;

    CallerConnection(HttpConnection connection, Callers callers) {
        this.channel = channelOf(connection);
        this.callers = callers;
        this.address = address(channel);
        this.addressText = address.getHostAddress();
        channel.attr(KEY).set(this);
        // It has watched over what comes before there is HTTP; from here on we do.
        if (channel.pipeline().get("idle") != null) channel.pipeline().remove("idle");
    }

    static InetAddress address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : NOBODY;
    }

    static CallerConnection accepted(HttpConnection connection, Callers callers) {
        return channelOf(connection).pipeline().get(Http2ConnectionHandler.class) == null
                ? new Http1Caller(connection, callers)
                : new Http2Caller(connection, callers);
    }

    static CallerConnection of(HttpConnection connection) {
        return of(channelOf(connection));
    }

    static CallerConnection of(Channel channel) {
        return channel.attr(KEY).get();
    }

    private static Channel channelOf(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    final InetAddress address() {
        return address;
    }

    final String addressText() {
        return addressText;
    }

    final Channel channel() {
        return channel;
    }

    /** Sends what has been written so far, where Vert.x would close without doing so. */
    final void flush() {
        channel.flush();
    }

    /** Whether something follows the head of this request, which has just arrived. */
    abstract boolean sendsBody(HttpServerRequest request);

    /** The fields after the body of a request that has come to its end; null where there are none. */
    abstract @Nullable MultiMap trailers(HttpServerRequest request);

    /** Says something before the answer to this request (RFC 9110 §15.2); the answer has not begun. */
    abstract void interim(HttpServerRequest request, int status, MultiMap fields);

    /** Something of the answer to this request, which has been made, is still to be sent. */
    abstract boolean isAnswering(HttpServerRequest request);

    /** Nobody read the answer to this request for so long that it was ended. */
    abstract boolean hasGivenUp(HttpServerRequest request);

    /** Nothing more of this request in either direction: the connection ends, or of HTTP/2 the stream alone, with that code (RFC 9113 §7). */
    abstract void cut(HttpServerRequest request, long code);

    /** At once. Vert.x would first wait until everything has been sent, and here nobody reads. */
    abstract void close();
}
