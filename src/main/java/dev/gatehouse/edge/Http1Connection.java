package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.net.ProtocolException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an API that speaks HTTP/1.1. It carries one exchange at a time, or lies in its pool. An answer is at its end when everything that came with it has been read: what
 * comes unasked ends the connection before anybody else is given it (response splitting, RFC 9112 §11.2), and so does every exchange that did not go as it should. Confined to its event loop.
 */
final class Http1Connection extends Deadlines.Watched {
    private static final HttpDecoderConfig DECODING = new HttpDecoderConfig()
            .setMaxInitialLineLength(UpstreamClients.HEADER_BYTES)
            .setMaxHeaderSize(UpstreamClients.HEADER_BYTES)
            .setMaxChunkSize(UpstreamClients.CHUNK_BYTES)
            .setHeadersFactory(new Fields())
            .setTrailersFactory(new Fields());
    private static final int HEAD_BYTES = 1024;

    private final Http1Pool pool;
    private final ChannelHandlerContext wire;
    private final Http1Pool.Peer peer;
    private final String authority;
    private @Nullable Http1Exchange exchange;
    private @Nullable WebSocketTunnel tunnel;
    /** What came right behind the answer to the handshake. */
    private ByteBuf early = Unpooled.EMPTY_BUFFER;

    private boolean interim;
    private boolean whole;
    private boolean used;
    private boolean lasts;
    private boolean closed;
    private long keepNanos = UpstreamClients.KEEP_ALIVE.toNanos();
    private long idleSince;

    private static final class Fields implements HttpHeadersFactory {
        @Override
        public HttpHeaders newHeaders() {
            return HeadersMultiMap.httpHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return HeadersMultiMap.httpHeaders();
        }
    }

    /** Takes over a pipeline that has nothing but TLS in it, if that. */
    Http1Connection(Http1Pool pool, Http1Pool.Peer peer, ChannelPipeline pipeline) {
        this.pool = pool;
        this.peer = peer;
        boolean usual = peer.port() == (pool.isSecure() ? 443 : 80);
        this.authority = usual ? peer.name() : peer.name() + ":" + peer.port();
        var messages = new Messages();
        pipeline.addLast(new Answers(), messages);
        this.wire = pipeline.context(messages);
    }

    /** A new exchange over it. */
    Http1Exchange begin(String method, String uri) {
        whole = false;
        lasts = true;
        var fresh = new Http1Exchange(this, used, method, uri, authority);
        exchange = fresh;
        return fresh;
    }

    @Nullable
    Http1Exchange exchange() {
        return exchange;
    }

    Http1Pool.Peer peer() {
        return peer;
    }

    boolean isOpen() {
        return !closed && wire.channel().isActive();
    }

    // ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────

    ByteBuf buffer() {
        return wire.alloc().directBuffer(HEAD_BYTES);
    }

    /** What cannot be written ends the connection, and that is heard. */
    void write(ByteBuf octets) {
        if (pool.isSecure()) wire.write(octets);
        else wire.write(octets, wire.voidPromise());
    }

    void flush() {
        wire.flush();
    }

    boolean isFull() {
        return !wire.channel().isWritable();
    }

    void read(boolean on) {
        ChannelConfig config = wire.channel().config();
        if (config.isAutoRead() != on) config.setAutoRead(on);
    }

    /** Where octets for the API are on their way out, when it is HTTP no more. */
    ChannelHandlerContext wire() {
        return wire;
    }

    /** All that comes from now on. */
    void carry(WebSocketTunnel open) {
        tunnel = open;
        ByteBuf first = early;
        early = Unpooled.EMPTY_BUFFER;
        open.fromApi(first);
        wire.pipeline().remove(Answers.class);
        open.apiPaused();
    }

    // ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────

    void giveBack() {
        exchange = null;
        read(true);
        idleSince = System.nanoTime();
        pool.lie(this);
    }

    /** It has lain there for as long as it may. */
    @Override
    void look(long now) {
        if (now - idleSince > keepNanos) close();
    }

    void close() {
        exchange = null;
        if (closed) return;
        closed = true;
        pool.gone(this);
        wire.close();
    }

    private void fail(Throwable cause) {
        Http1Exchange broken = exchange;
        close();
        if (broken != null) broken.failed(cause);
    }

    private final class Messages extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Http1Exchange asked = exchange;
            if (asked == null || whole) {
                ReferenceCountUtil.release(message);
                close();
            } else if (asked.isUpgraded()) {
                octets(message);
            } else if (message instanceof HttpObject part
                    && part.decoderResult().isFailure()) {
                ReferenceCountUtil.release(message);
                fail(part.decoderResult().cause());
            } else if (message instanceof HttpResponse head && !isVersionOfOurs(head)) {
                fail(new ProtocolException("not HTTP/1.0 or HTTP/1.1"));
            } else {
                answer(asked, message);
            }
        }

        /** Netty gives these two objects and no others for the two exact spellings. */
        @SuppressWarnings("ReferenceEquality")
        private static boolean isVersionOfOurs(HttpResponse head) {
            return head.protocolVersion() == HttpVersion.HTTP_1_1 || head.protocolVersion() == HttpVersion.HTTP_1_0;
        }

        private void answer(Http1Exchange asked, Object message) {
            if (message instanceof HttpResponse head) {
                interim = InterimAnswers.isOne(head.status().code());
                if (!interim) keep(head);
                asked.head(head);
            }
            if (!(message instanceof HttpContent content)) return;
            boolean last = content instanceof LastHttpContent;
            if (interim || exchange != asked || !content.content().isReadable()) content.release();
            else asked.body(content.content());
            if (last && !interim && exchange == asked) {
                whole = true;
                asked.ended((LastHttpContent) content);
            }
            if (last) interim = false;
        }

        private void octets(Object message) {
            if (!(message instanceof ByteBuf octets)) ReferenceCountUtil.release(message);
            else if (tunnel != null) tunnel.fromApi(octets);
            else early = Unpooled.wrappedBuffer(early, octets);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (tunnel != null) tunnel.apiPaused();
            else if (whole && exchange != null) settle();
        }

        private void settle() {
            used = true;
            whole = false;
            if (lasts && wire.channel().isActive()) giveBack();
            else close();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            Http1Exchange asked = exchange;
            if (tunnel != null) tunnel.apiTakes();
            else if (asked != null && context.channel().isWritable()) asked.drained();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            early.release();
            early = Unpooled.EMPTY_BUFFER;
            if (tunnel != null) tunnel.apiLeft();
            fail(new HttpClosedException("the API closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }
    }

    /** RFC 9112 §9.3; {@code Keep-Alive} says how long an idle connection is kept, as Node's servers do. */
    private void keep(HttpResponse head) {
        lasts = HttpUtil.isKeepAlive(head);
        String said = head.headers().get("Keep-Alive");
        if (said == null) return;
        long seconds = announced(said);
        if (seconds == 0) lasts = false;
        else if (seconds > 0) keepNanos = Math.min(keepNanos, TimeUnit.SECONDS.toNanos(seconds));
    }

    /** -1: nothing that can be read. */
    private static long announced(String said) {
        for (String parameter : said.split(",")) {
            String[] parts = parameter.trim().split("=", 2);
            if (parts.length == 2
                    && parts[0].trim().equalsIgnoreCase("timeout")
                    && parts[1].trim().matches("[0-9]{1,9}")) return Long.parseLong(parts[1].trim());
        }
        return -1;
    }

    /** Knows which answers have no body. */
    private final class Answers extends HttpResponseDecoder {
        Answers() {
            super(DECODING);
        }

        @Override
        protected AsciiString splitHeaderName(byte[] octets, int start, int length) {
            return pool.names().of(octets, start, length);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            Http1Exchange asked = exchange;
            boolean last = message instanceof HttpResponse head && head.status().code() >= 200;
            return (last && asked != null && asked.isHead()) || super.isContentAlwaysEmpty(message);
        }
    }
}
