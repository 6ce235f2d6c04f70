package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.vertx.core.Handler;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;

/**
 * Somebody in clear of whom is not known yet which HTTP it speaks: whoever begins with the preface speaks HTTP/2 (RFC 9113 §3.4), everybody else HTTP/1.1. Is counted like any caller, and has
 * the time of a head.
 */
final class UnknownCaller extends Deadlines.Watched {
    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final NetSocket socket;
    private final Handler<NetSocket> http1;
    private final Handler<NetSocket> http2;
    private final Callers callers;
    private final Channel channel;
    private final InetAddress address;
    /** Octets of the preface that have come. */
    private int said;
    /** When the first octet came; until then, when the connection did. */
    private long since = System.nanoTime();

    private boolean decided;

    UnknownCaller(NetSocket socket, Handler<NetSocket> http1, Handler<NetSocket> http2, Callers callers) {
        this.socket = socket;
        this.http1 = http1;
        this.http2 = http2;
        this.callers = callers;
        this.channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        this.address = CallerConnection.address(channel);
        channel.pipeline().addFirst("gatehouse.unknown", new Octets());
        if (!callers.enters(this, address)) channel.close();
    }

    /** Somebody else counts and watches this connection from now on; in HTTP/2 from the first frame. */
    static void isKnown(Channel channel) {
        Octets octets = channel.pipeline().get(Octets.class);
        if (octets != null) octets.leave();
    }

    @Override
    void look(long now) {
        if (now - since > callers.limits().headerTimeout().toNanos()) channel.close();
    }

    private final class Octets extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (decided) context.fireChannelRead(message);
            else begin(context, (ByteBuf) message);
        }

        private void begin(ChannelHandlerContext context, ByteBuf bytes) {
            int before = said;
            if (before == 0) since = System.nanoTime();
            int same = sameAsPreface(bytes);
            said += same;
            boolean isPreface = said == PREFACE.readableBytes();
            if (!isPreface && same == bytes.readableBytes()) bytes.release();
            else decide(context, isPreface ? http2 : http1, whole(before, bytes));
        }

        private int sameAsPreface(ByteBuf bytes) {
            int most = Math.min(bytes.readableBytes(), PREFACE.readableBytes() - said);
            int same = 0;
            while (same < most && bytes.getByte(bytes.readerIndex() + same) == PREFACE.getByte(said + same)) same++;
            return same;
        }

        private ByteBuf whole(int before, ByteBuf bytes) {
            if (before == 0) return bytes;
            ByteBuf whole = channel.alloc().buffer(before + bytes.readableBytes());
            whole.writeBytes(PREFACE, 0, before).writeBytes(bytes);
            bytes.release();
            return whole;
        }

        private void decide(ChannelHandlerContext context, Handler<NetSocket> speaker, ByteBuf octets) {
            decided = true;
            speaker.handle(socket);
            context.fireChannelRead(octets);
            if (CallerConnection.of(channel) instanceof Http1Caller caller) caller.headBegan(since);
        }

        private void leave() {
            callers.left(UnknownCaller.this, address);
            channel.pipeline().remove(this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            callers.left(UnknownCaller.this, address);
            context.fireChannelInactive();
        }
    }
}
