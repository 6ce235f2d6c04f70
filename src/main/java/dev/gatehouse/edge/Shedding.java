package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns requests away that have waited too long, while they are but a head: a GET at once, others where every request is admitted or not. */
final class Shedding implements Callers.FromTheHead {
    private static final List<CharSequence> NOT_PLAIN = List.of(
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.UPGRADE,
            HttpHeaderNames.EXPECT);

    private final Turn turn;
    private final Function<CallerConnection, byte[]> busy;
    private final Callers.FromTheHead others;

    /** {@code busy} makes the answer; {@code others} know those of requests that may stay. */
    Shedding(Turn turn, Function<CallerConnection, byte[]> busy, Callers.FromTheHead others) {
        this.turn = turn;
        this.busy = busy;
        this.others = others;
    }

    @Override
    public @Nullable ByteBuf to(HttpRequest head, CallerConnection caller) {
        boolean late = turn.isLate(caller.channel().eventLoop(), System.nanoTime());
        if (!late) return others.to(head, caller);
        return isPlain(head) ? Unpooled.wrappedBuffer(busy.apply(caller)) : null;
    }

    private static boolean isPlain(HttpRequest head) {
        if (!head.decoderResult().isSuccess() || !head.method().equals(HttpMethod.GET)) return false;
        if (!head.protocolVersion().equals(HttpVersion.HTTP_1_1)) return false;
        for (CharSequence name : NOT_PLAIN) if (head.headers().contains(name)) return false;
        return Framing.fault(head.headers(), true) == null;
    }
}
