package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns requests away that have waited too long, while they are but a head. Those whose end or whose connection takes a closer look go on to where every request is
 * admitted or not, and are turned away there.
 */
final class Shedding implements Callers.FromTheHead {
    /** A body up to here is read and dropped when it comes, as it is after other refusals. */
    private static final int LONGEST_BODY_DIGITS = 4;

    private static final List<CharSequence> NOT_PLAIN = List.of(
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.UPGRADE,
            HttpHeaderNames.EXPECT);

    private final Turn turn;
    private final BusyAnswers busy;
    private final Callers.FromTheHead others;

    /** {@code others} know the answers of requests that may stay. */
    Shedding(Turn turn, BusyAnswers busy, Callers.FromTheHead others) {
        this.turn = turn;
        this.busy = busy;
        this.others = others;
    }

    @Override
    public @Nullable ByteBuf to(HttpRequest head, CallerConnection caller) {
        boolean late = turn.isLate(System.nanoTime());
        if (!late) return others.to(head, caller);
        return isPlain(head) ? busy.to(caller, head) : null;
    }

    private static boolean isPlain(HttpRequest head) {
        if (!head.decoderResult().isSuccess() || !head.protocolVersion().equals(HttpVersion.HTTP_1_1)) return false;
        if (head.method().equals(HttpMethod.HEAD) || head.method().equals(HttpMethod.CONNECT)) return false;
        for (CharSequence name : NOT_PLAIN) if (head.headers().contains(name)) return false;
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && length.length() > LONGEST_BODY_DIGITS) return false;
        return Framing.fault(head.headers(), true) == null;
    }
}
