package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import dev.gatehouse.vocabulary.Cidr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that somebody opened to us: who is at its other end, and how long it may take over a head, lie still, or leave an answer unread.
 * Sees the bytes before they are decoded, because a head that never ends is seen nowhere else (slowloris).
 */
final class CallerConnection extends Deadlines.Watched {
    private static final AttributeKey<CallerConnection> KEY = AttributeKey.valueOf("gatehouse.caller");

    /** Of a connection that was gone before it was looked at; no network that anybody would trust. */
    private static final InetAddress NOBODY = Cidr.literal("0.0.0.0");

    private final Channel channel;
    private final InetAddress address;
    private final String addressText;
    private final Callers callers;

    private boolean readingHead;
    private boolean readingBody;
    /** The request was answered from its head, and nobody else is to hear of it. */
    private boolean settled;

    private int unanswered;
    /** Something happened since the last look; when exactly is not worth a question to the clock. */
    private boolean moved;

    /** When the head began, or else when something happened last. */
    private long since;

    private long unsent;
    private long unsentSince;

    CallerConnection(HttpConnection connection, Callers callers) {
        this.channel = channelOf(connection);
        this.address = channel.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : NOBODY;
        this.addressText = address.getHostAddress();
        this.callers = callers;
        this.since = System.nanoTime();
        this.unsentSince = since;
        channel.attr(KEY).set(this);
        channel.pipeline().addBefore("httpDecoder", "gatehouse.bytes", new Bytes());
        channel.pipeline().addBefore("handler", "gatehouse.messages", new Messages());
    }

    static CallerConnection of(HttpConnection connection) {
        return channelOf(connection).attr(KEY).get();
    }

    private static Channel channelOf(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    InetAddress address() {
        return address;
    }

    String addressText() {
        return addressText;
    }

    Channel channel() {
        return channel;
    }

    /** Sends what has been written so far, where Vert.x would close without doing so. */
    void flush() {
        channel.flush();
    }

    @Override
    void look(long now) {
        LimitSettings bounds = callers.limits();
        if (moved && !readingHead) since = now;
        moved = false;
        if (readingHead && now - since > bounds.headerTimeout().toNanos()) tooSlow();
        else if (!readingHead
                && !readingBody
                && unanswered == 0
                && now - since > bounds.idleTimeout().toNanos()) close();
        else if (unanswered > 0 && answerIsStuck(now, bounds.idleTimeout().toNanos())) close();
    }

    private void tooSlow() {
        readingHead = false;
        since = System.nanoTime();
        if (unanswered > 0) close();
        else
            bottom().writeAndFlush(Unpooled.wrappedBuffer(callers.lastWords(this)))
                    .addListener(ChannelFutureListener.CLOSE);
    }

    /** At once. Vert.x would first wait until everything has been sent, and here nobody reads. */
    void close() {
        bottom().close();
    }

    private ChannelHandlerContext bottom() {
        return channel.pipeline().context(Bytes.class);
    }

    /** Bytes wait to be sent and their number has not changed for too long: the caller does not read. */
    private boolean answerIsStuck(long now, long bound) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long waiting = outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
        if (waiting == 0 || waiting != unsent) {
            unsent = waiting;
            unsentSince = now;
        }
        return now - unsentSince > bound;
    }

    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            moved = true;
            boolean first = !readingHead && !readingBody;
            if (first) readingHead = true;
            context.fireChannelRead(bytes);
            if (first && readingHead) since = System.nanoTime();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            callers.left(CallerConnection.this);
            context.fireChannelInactive();
        }
    }

    private final class Messages extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest head) begin(head);
            boolean ours = settled;
            if (message instanceof LastHttpContent) readingBody = settled = false;
            if (message instanceof LastHttpContent && left) channel.close();
            if (ours) ReferenceCountUtil.release(message);
            else context.fireChannelRead(message);
        }

        /** The answer that is being written is the last. */
        private boolean leaves;

        private boolean left;

        /** Only where nobody waits for an earlier answer, and this one can go out at once: order and bounds are Vert.x's business otherwise. */
        private void settle(HttpRequest head) {
            if (callers.areToLeave() || unanswered > 0 || !channel.isWritable()) return;
            ByteBuf answer = callers.ready().to(head, CallerConnection.this);
            if (answer == null) return;
            settled = true;
            moved = true;
            bottom().writeAndFlush(answer);
        }

        /** Netty gives these two objects and no others for the two exact spellings; Vert.x would answer others by itself, without a line in our log. */
        @SuppressWarnings("ReferenceEquality")
        private void begin(HttpRequest head) {
            readingHead = false;
            readingBody = true;
            settle(head);
            if (settled) return;
            unanswered++;
            HttpVersion version = head.protocolVersion();
            if (version == HttpVersion.HTTP_1_0) head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            else if (version != HttpVersion.HTTP_1_1)
                head.setDecoderResult(DecoderResult.failure(new UnknownVersion()));
            if (!head.decoderResult().isSuccess()) head.setProtocolVersion(HttpVersion.HTTP_1_1);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse head && !isInformational(head) && callers.areToLeave()) {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                leaves = true;
            }
            boolean over = message instanceof LastHttpContent && !isInformational(message);
            if (over) {
                unanswered--;
                moved = true;
            }
            if (over && leaves) context.write(message, promise.unvoid()).addListener(sent -> leave());
            else context.write(message, promise);
        }

        /** The last answer has gone; what is left of its request is read first, so that the caller gets to see it (RFC 9112 §9.6). */
        private void leave() {
            left = true;
            if (!readingBody) channel.close();
        }
    }

    private static boolean isInformational(@Nullable Object message) {
        return message instanceof HttpResponse response && response.status().code() < 200;
    }

    /** HTTP/1.2, {@code http/1.1} or the like. */
    static final class UnknownVersion extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownVersion() {
            super("not HTTP/1.0 or HTTP/1.1", null, false, false);
        }
    }
}
