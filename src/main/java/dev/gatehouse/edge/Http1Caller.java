package dev.gatehouse.edge;

import dev.gatehouse.config.LimitSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A caller that speaks HTTP/1.1: how long it may take over a head, lie still, or leave an answer unread. Sees the bytes before they are decoded, because a head that
 * never ends is seen nowhere else (slowloris).
 */
final class Http1Caller extends CallerConnection {
    /** Of so many requests that are decoded ahead are the trailers kept; earlier ones are dropped, as RFC 9110 §6.5.1 allows. */
    private static final int MOST_TAILS = 8;

    /** {@code head}: the fields of the request that they follow, which Vert.x hands out as they are. */
    private record Tail(Object head, MultiMap fields) {}

    private final ArrayDeque<Tail> tails = new ArrayDeque<>(0);
    private @Nullable Object latest;
    private boolean readingHead;
    private boolean readingBody;
    /** The request was answered from its head, and nobody else is to hear of it. */
    private boolean settled;

    private int unanswered;
    /** Something happened since the last look; when exactly is not worth a question to the clock. */
    private boolean moved;

    /** When the head began, or else when something happened last. */
    private long since;

    /** Until the answer: whoever asks for a WebSocket says nothing more before it (RFC 6455 §4.1). */
    private boolean silent;

    private boolean early;
    /** The last octets so far: a request without a body ends with an empty line, and whatever is behind it does not, or is another request. */
    private int tail;

    private @Nullable WebSocketTunnel tunnel;

    private long unsent;
    private long unsentSince;
    private boolean unread;

    Http1Caller(HttpConnection connection, Callers callers) {
        super(connection, callers);
        this.since = System.nanoTime();
        this.unsentSince = since;
        channel.pipeline().addBefore("httpDecoder", "gatehouse.bytes", new Bytes());
        channel.pipeline().addBefore("handler", "gatehouse.messages", new Messages());
    }

    /** It began before this was known to be HTTP/1.1. */
    void headBegan(long then) {
        if (readingHead) since = then;
    }

    @Override
    boolean sendsBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    @Nullable
    MultiMap trailers(HttpServerRequest request) {
        for (Tail tail : tails) if (tail.head() == request.headers()) return tail.fields();
        return null;
    }

    private void keep(HttpHeaders trailing) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<String, String> field : trailing) fields.add(field.getKey(), field.getValue());
        if (tails.size() == MOST_TAILS) tails.remove();
        tails.add(new Tail(Objects.requireNonNull(latest), fields));
    }

    /** Vert.x begins with a request when everything of the answer before has been written, so that nothing is overtaken. */
    @Override
    void interim(HttpServerRequest request, int status, MultiMap fields) {
        HttpHeaders section = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        for (Map.Entry<String, String> field : fields) section.add(field.getKey(), field.getValue());
        channel.pipeline()
                .context("handler")
                .writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(status),
                        Unpooled.EMPTY_BUFFER,
                        section,
                        EmptyHttpHeaders.INSTANCE));
    }

    /** Vert.x sends everything before it closes. */
    @Override
    boolean isAnswering(HttpServerRequest request) {
        return false;
    }

    @Override
    boolean hasGivenUp(HttpServerRequest request) {
        return unread;
    }

    @Override
    void cut(HttpServerRequest request, long code) {
        request.connection().close();
    }

    /** What comes before the answer to the request that has just been read ends the connection. False: something has come already. */
    boolean expectSilence() {
        silent = true;
        return isSilent();
    }

    private boolean isSilent() {
        boolean emptyLine = (tail & 0xffffff) == 0x0a0d0a || (tail & 0xffff) == 0x0a0a;
        return !early && unanswered == 1 && emptyLine;
    }

    /** No HTTP from here on. False: the caller has said more already than was its turn to say, and who knows what it was taken for. */
    boolean leaveHttp() {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove("httpDecoder");
        pipeline.remove("httpEncoder");
        pipeline.remove(Messages.class);
        return isSilent();
    }

    /** Where octets for the caller are on their way out. */
    ChannelHandlerContext wire() {
        return bottom();
    }

    /** All that comes from now on. */
    void carry(WebSocketTunnel open) {
        tunnel = open;
    }

    @Override
    void look(long now) {
        if (tunnel != null) return;
        LimitSettings bounds = callers.limits();
        boolean droppingBody = settled && readingBody;
        if (moved && !readingHead && !droppingBody) since = now;
        moved = false;
        if (readingHead && now - since > bounds.headerTimeout().toNanos()) tooSlow();
        else if (!readingHead
                && unanswered == 0
                && now - since > bounds.idleTimeout().toNanos()) close();
        else if (unanswered > 0 && answerIsStuck(now, bounds.idleTimeout().toNanos())) giveUp();
    }

    private void giveUp() {
        unread = true;
        close();
    }

    private void tooSlow() {
        readingHead = false;
        since = System.nanoTime();
        if (unanswered > 0) close();
        else
            bottom().writeAndFlush(Unpooled.wrappedBuffer(callers.lastWords(this)))
                    .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
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
            if (tunnel != null) {
                tunnel.fromCaller((ByteBuf) bytes);
                return;
            }
            if (silent) {
                ReferenceCountUtil.release(bytes);
                close();
                return;
            }
            moved = true;
            remember((ByteBuf) bytes);
            boolean first = !readingHead && !readingBody;
            if (first) readingHead = true;
            context.fireChannelRead(bytes);
            if (first && readingHead) since = System.nanoTime();
        }

        private void remember(ByteBuf bytes) {
            int end = bytes.writerIndex();
            for (int at = Math.max(bytes.readerIndex(), end - 3); at < end; at++)
                tail = tail << 8 | bytes.getByte(at) & 0xff;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (tunnel != null) tunnel.callerPaused();
            context.fireChannelReadComplete();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (tunnel != null) tunnel.callerTakes();
            context.fireChannelWritabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (tunnel != null) tunnel.callerLeft();
            callers.left(Http1Caller.this, address());
            context.fireChannelInactive();
        }
    }

    private final class Messages extends ChannelDuplexHandler {
        /** A head was of no version of ours: what is behind its message need not be a request, and is dropped. */
        private boolean lost;

        private boolean deaf;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf) {
                early = true;
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest && lost) deaf = true;
            if (deaf) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest head) begin(head);
            boolean ours = settled;
            if (message instanceof LastHttpContent last) {
                if (!last.trailingHeaders().isEmpty() && !ours) keep(last.trailingHeaders());
                readingBody = settled = false;
            }
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
            ByteBuf answer = callers.ready().to(head, Http1Caller.this);
            if (answer == null) return;
            settled = true;
            moved = true;
            if (readingBody) since = System.nanoTime();
            bottom().writeAndFlush(answer);
        }

        /** Netty gives these two objects and no others for the two exact spellings; Vert.x would answer others by itself, without a line in our log. */
        @SuppressWarnings("ReferenceEquality")
        private void begin(HttpRequest head) {
            readingHead = false;
            readingBody = true;
            HttpVersion version = head.protocolVersion();
            boolean known = version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
            if (known) settle(head);
            if (settled) return;
            if (unanswered == 0 && !tails.isEmpty()) tails.clear();
            latest = head.headers();
            unanswered++;
            if (version == HttpVersion.HTTP_1_0) head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            else if (!known) {
                lost = true;
                head.setDecoderResult(DecoderResult.failure(new UnknownVersion()));
            }
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
                silent = false;
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
