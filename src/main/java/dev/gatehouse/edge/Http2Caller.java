package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller that speaks HTTP/2: how long it may lie still, or leave what we say unread. A head that never ends has no stream, so that the connection lies still. */
final class Http2Caller extends CallerConnection {
    /** Half of the second for which the doors stay open; more than any round trip. */
    private static final long ROUND_TRIP_NANOS = 500_000_000;

    private final Http2ConnectionHandler handler;
    private final HttpConnection connection;
    private final Http2Heads heads;
    private final UnreadStreams readers;
    private int lastStream;
    /** It was told that the gate closes. */
    private boolean left;

    private long leftSince;
    /** It was told which stream is the last. */
    private boolean last;

    private long since;
    private long unsent;
    private long unsentSince;
    private boolean unread;
    /** While it is being ended. */
    /** Those that are given up and not yet over. */
    private final Set<Integer> unreadStreams = new HashSet<>(0);

    Http2Caller(HttpConnection connection, Callers callers) {
        super(connection, callers);
        this.connection = connection;
        this.since = System.nanoTime();
        this.unsentSince = since;
        this.handler = channel.pipeline().get(Http2ConnectionHandler.class);
        channel.pipeline().addBefore("handler", "gatehouse.departure", new Departure());
        this.heads = new Http2Heads(handler.decoder().frameListener(), handler.connection());
        this.readers = new UnreadStreams(heads, handler);
        handler.decoder().frameListener(readers);
    }

    private Http2Connection streams() {
        return handler.connection();
    }

    @Override
    boolean sendsBody(HttpServerRequest request) {
        Http2Stream stream = streams().stream(request.streamId());
        return stream != null && stream.state().remoteSideOpen();
    }

    @Override
    @Nullable
    MultiMap trailers(HttpServerRequest request) {
        return heads.trailers(request.streamId());
    }

    @Override
    void interim(HttpServerRequest request, int status, MultiMap fields) {
        if (!isAnswering(request)) return;
        Http2Headers section = new DefaultHttp2Headers().status(Integer.toString(status));
        for (Map.Entry<String, String> field : fields)
            section.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
        ChannelHandlerContext context = channel.pipeline().context(handler);
        handler.encoder().writeHeaders(context, request.streamId(), section, 0, false, context.newPromise());
        channel.flush();
    }

    @Override
    boolean isAnswering(HttpServerRequest request) {
        Http2Stream stream = streams().stream(request.streamId());
        return stream != null && stream.state().localSideOpen();
    }

    @Override
    boolean hasGivenUp(HttpServerRequest request) {
        return unread || unreadStreams.contains(request.streamId());
    }

    @Override
    void cut(HttpServerRequest request, long code) {
        request.response().reset(code);
    }

    @Override
    void look(long now) {
        LimitSettings bounds = callers.limits();
        int newest = streams().remote().lastStreamCreated();
        boolean busy = streams().numActiveStreams() > 0;
        if (busy || newest != lastStream) since = now;
        lastStream = newest;
        long bound = bounds.idleTimeout().toNanos();
        if (callers.areToLeave()) leave(busy, now);
        unread = busy && (isStuck(now, bound) || readers.holdAll(now, bound));
        if (now - since > bound || unread) close();
        else if (busy) readers.overdue(now, bound).forEach(this::giveUp);
    }

    private void giveUp(Http2Stream stream) {
        int id = stream.id();
        if (!unreadStreams.add(id)) return;
        ChannelHandlerContext context = channel.pipeline().context(handler);
        handler.resetStream(context, id, Http2Error.CANCEL.code(), context.newPromise())
                .addListener(over -> unreadStreams.remove(id));
        channel.flush();
    }

    /** What is already on its way to us is answered, too; then streams that are there may finish, and no others begin (RFC 9113 §6.8). */
    private void leave(boolean busy, long now) {
        if (!left) {
            left = true;
            leftSince = now;
            connection.goAway(Http2Error.NO_ERROR.code(), Integer.MAX_VALUE);
        } else if (!last && now - leftSince > ROUND_TRIP_NANOS) {
            last = true;
            connection.goAway(Http2Error.NO_ERROR.code());
        } else if (last && !busy) {
            close();
        }
    }

    /** Something waits to be sent, and nothing at all has gone out for too long. */
    private boolean isStuck(long now, long bound) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long waiting = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        if (waiting == 0 || waiting != unsent) {
            unsent = waiting;
            unsentSince = now;
        }
        return now - unsentSince > bound;
    }

    @Override
    void close() {
        handler.gracefulShutdownTimeoutMillis(0);
        channel.close();
        channel.unsafe().close(channel.voidPromise());
    }

    private final class Departure extends ChannelInboundHandlerAdapter {
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            callers.left(Http2Caller.this, address());
            context.fireChannelInactive();
        }
    }
}
