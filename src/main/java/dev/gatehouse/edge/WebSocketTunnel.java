package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: octets go to and fro as they are, at the pace of the slower side, until one side ends, nobody says anything for too long, or whoever opened it may no longer have
 * it open. Nothing is decoded; heads of frames are counted along only so that a Close can be said between two of them. Confined to its event loop, which both sides share.
 */
final class WebSocketTunnel extends Deadlines.Watched {
    /** RFC 6455 §7.4.1. */
    static final int GOING_AWAY = 1001;

    static final int POLICY_VIOLATION = 1008;
    static final int TRY_AGAIN_LATER = 1013;

    /** After a Close of ours: until both have read it, or hung up. */
    static final Duration LINGER = Duration.ofMillis(500);
    /** What one side has said before it hung up may take this long to reach the other. */
    static final Duration LAST_OCTETS = Duration.ofSeconds(10);

    private static final SecureRandom MASKS = new SecureRandom();

    private final Passage passage;
    private final Attempts attempts;
    private final OpenWebSockets all;
    private final Side caller;
    private final Side api;
    private final long began;
    private boolean moved;
    private long lastMoved;
    private boolean ending;
    private long closeAt;

    /** One of the two, seen from what we say to it; {@code wire} is where octets are on their way out. */
    private static final class Side {
        final ChannelHandlerContext wire;
        final FrameBoundary said = new FrameBoundary();
        final boolean masks;
        long octets;
        boolean gone;

        Side(ChannelHandlerContext wire, boolean masks) {
            this.wire = wire;
            this.masks = masks;
        }

        Channel channel() {
            return wire.channel();
        }
    }

    /** {@code toCaller} and {@code toApi}: where octets for them are on their way out, no HTTP before them. */
    WebSocketTunnel(
            Passage passage,
            Attempts attempts,
            OpenWebSockets all,
            ChannelHandlerContext toCaller,
            ChannelHandlerContext toApi) {
        this.passage = passage;
        this.attempts = attempts;
        this.all = all;
        this.caller = new Side(toCaller, false);
        this.api = new Side(toApi, true);
        this.began = System.nanoTime();
        this.lastMoved = began;
    }

    /** Both sides are told, from here on, whatever arrives. */
    void open(ByteBuf head) {
        passage.tunnel = this;
        attempts.leavePlace();
        all.opened(this);
        caller.wire.writeAndFlush(head);
        caller.channel().config().setAutoRead(true);
        api.channel().config().setAutoRead(true);
    }

    long toCaller() {
        return caller.octets;
    }

    long toApi() {
        return api.octets;
    }

    // ── octets ───────────────────────────────────────────────────────────────────────────────────────────────────

    void fromCaller(ByteBuf octets) {
        carry(octets, caller, api);
    }

    void fromApi(ByteBuf octets) {
        carry(octets, api, caller);
    }

    private void carry(ByteBuf octets, Side from, Side to) {
        if (ending || to.gone) {
            octets.release();
            return;
        }
        moved = true;
        to.said.pass(octets);
        to.octets += octets.readableBytes();
        to.wire.write(octets);
        if (!to.channel().isWritable()) from.channel().config().setAutoRead(false);
    }

    void callerPaused() {
        api.wire.flush();
    }

    void apiPaused() {
        caller.wire.flush();
    }

    void callerTakes() {
        takes(caller, api);
    }

    void apiTakes() {
        takes(api, caller);
    }

    /** What was held back because of it comes again. */
    private static void takes(Side side, Side other) {
        if (side.channel().isWritable()) other.channel().config().setAutoRead(true);
    }

    // ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    void callerLeft() {
        left(caller, api);
    }

    void apiLeft() {
        left(api, caller);
    }

    /** What it said before goes on to the other side; nothing comes back any more, as WebSockets know no half-closed connections (RFC 6455 §7.1.1). */
    private void left(Side side, Side other) {
        if (side.gone) return;
        side.gone = true;
        if (other.gone) {
            all.closed(this);
            attempts.leave();
            return;
        }
        if (!ending) closeAt = System.nanoTime() + LAST_OCTETS.toNanos();
        ending = true;
        other.channel().config().setAutoRead(true);
        other.wire.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Says why on both sides, where that can be said without breaking a frame; else the connections simply end. */
    void end(int code, @Nullable Reason why) {
        if (ending) return;
        ending = true;
        closeAt = System.nanoTime() + LINGER.toNanos();
        if (why != null) passage.exchange.reason = why;
        sayClose(caller, code);
        sayClose(api, code);
    }

    private static void sayClose(Side side, int code) {
        if (!side.said.isReached()) {
            side.wire.close();
            return;
        }
        side.wire.writeAndFlush(closeFrame(code, side.masks));
        side.channel().config().setAutoRead(true);
    }

    /** RFC 6455 §5.5.1; what clients say is masked (§5.3), and towards the API we are one. */
    static ByteBuf closeFrame(int code, boolean masked) {
        ByteBuf frame = Unpooled.buffer(8).writeByte(0x88).writeByte(masked ? 0x82 : 0x02);
        int mask = masked ? MASKS.nextInt() : 0;
        if (masked) frame.writeInt(mask);
        return frame.writeShort(code ^ mask >>> 16);
    }

    @Override
    void look(long now) {
        if (moved) lastMoved = now;
        moved = false;
        if (ending) {
            if (now - closeAt > 0) closeBoth();
            return;
        }
        Reason why = all.leases().over(passage, began, now, true);
        if (why != null) end(why.status() == 503 ? TRY_AGAIN_LATER : POLICY_VIOLATION, why);
        else if (now - lastMoved > passage.snapshot.limits().websocketTimeout().toNanos()) end(GOING_AWAY, null);
    }

    private void closeBoth() {
        caller.wire.close();
        api.wire.close();
    }
}
