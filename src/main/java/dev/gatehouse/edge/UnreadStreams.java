package dev.gatehouse.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Streams of one caller on which something waits to be sent and whose reader makes no room for it (RFC 9113 §5.2). While other streams of the connection go on, nobody else would notice
 * (CVE-2016-1546).
 */
final class UnreadStreams extends Http2FrameListenerDecorator {
    private final Http2Connection streams;
    private final Http2RemoteFlowController flow;
    private final Http2Connection.PropertyKey key;

    /** Since when nothing has gone out. */
    private static final class Wait {
        long since;
        boolean moved;

        Wait(long since) {
            this.since = since;
        }
    }

    UnreadStreams(Http2FrameListener next, Http2ConnectionHandler handler) {
        super(next);
        this.streams = handler.connection();
        this.flow = handler.encoder().flowController();
        this.key = streams.newKey();
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) throws Http2Exception {
        Http2Stream known = streams.stream(stream);
        Wait wait = known == null ? null : known.getProperty(key);
        if (wait != null) wait.moved = true;
        super.onWindowUpdateRead(context, stream, increment);
    }

    /** For longer than {@code bound} there has been no room on the connection for any of them; to be asked now and then. */
    boolean holdAll(long now, long bound) {
        Http2Stream whole = streams.connectionStream();
        return isOverdue(whole, flow.windowSize(whole) <= 0 && isAnyHeld(), now, bound);
    }

    private boolean isAnyHeld() {
        return !active(flow::hasFlowControlled).isEmpty();
    }

    /** Those that have waited for longer than {@code bound}; to be asked now and then. */
    List<Http2Stream> overdue(long now, long bound) {
        return active(stream ->
                isOverdue(stream, flow.hasFlowControlled(stream) && flow.windowSize(stream) <= 0, now, bound));
    }

    private List<Http2Stream> active(Predicate<Http2Stream> which) {
        var all = new ArrayList<Http2Stream>(0);
        try {
            streams.forEachActiveStream(stream -> {
                if (which.test(stream)) all.add(stream);
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        return all;
    }

    private boolean isOverdue(Http2Stream stream, boolean waits, long now, long bound) {
        Wait wait = stream.getProperty(key);
        if (!waits) {
            if (wait != null) stream.removeProperty(key);
            return false;
        }
        if (wait == null) stream.setProperty(key, wait = new Wait(now));
        if (wait.moved) wait.since = now;
        wait.moved = false;
        return now - wait.since > bound;
    }
}
