package dev.gatehouse.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import org.jspecify.annotations.Nullable;

/**
 * Stands between an API's bytes and our HTTP client. The end of an answer is held back until everything that came with it has been read: an API
 * that sends more than one answer to one request loses the connection before anybody else is given it (response splitting, RFC 9112 §11.2).
 * Interim answers that the client does not know are dropped (RFC 9110 §15.2).
 */
final class UpstreamGuard extends ChannelInboundHandlerAdapter {
    private static final String NAME = "gatehouse.guard";

    private final HttpConnection connection;
    private @Nullable Object end;
    private boolean interim;
    private boolean dropping;
    private boolean surprised;
    private boolean used;

    private UpstreamGuard(HttpConnection connection) {
        this.connection = connection;
    }

    /** What goes wrong on a connection is told with the request it goes wrong for; Vert.x would log it, with the API's own words in it. */
    static void install(HttpConnection connection) {
        ChannelPipeline pipeline = ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .pipeline();
        pipeline.addBefore("handler", NAME, new UpstreamGuard(connection));
        connection.exceptionHandler(told -> {});
    }

    /** Whether an answer has come over this connection before; such a one may have been closed by the other side while it lay in the pool. */
    static boolean isUsed(HttpConnection connection) {
        return ((HttpClientConnectionInternal) connection)
                                .channelHandlerContext()
                                .pipeline()
                                .get(NAME)
                        instanceof UpstreamGuard guard
                && guard.used;
    }

    /** Out of the pool, and closed at once: Vert.x alone would wait until an API that may never read has taken everything. */
    static void abort(HttpConnection connection) {
        connection.close();
        ChannelHandlerContext guard = ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .pipeline()
                .context(NAME);
        if (guard != null) guard.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (surprised || end != null) {
            surprise(context, message);
            return;
        }
        if (message instanceof HttpResponse head) {
            int status = head.status().code();
            interim = status < 200 && status != 101;
            dropping = interim && status != 100 && status != 103;
        }
        if (message instanceof LastHttpContent last && last.decoderResult().isSuccess()) finish(context, last);
        else if (dropping) ReferenceCountUtil.release(message);
        else context.fireChannelRead(message);
    }

    private void finish(ChannelHandlerContext context, LastHttpContent last) {
        if (!interim) end = last;
        else if (dropping) ReferenceCountUtil.release(last);
        else context.fireChannelRead(last);
        interim = false;
        dropping = false;
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
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release(context);
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
