package dev.gatehouse.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** Stands between the frames of one API and our HTTP client: interim answers are made known to it, and what it would wait for in vain ends its stream (RFC 9113 §8.1, §8.6). */
final class Http2Answers extends Http2HeadListener {
    private final Http2Connection streams;

    Http2Answers(Http2FrameListener next, Http2Connection streams) {
        super(next);
        this.streams = streams;
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        Http2Stream known = streams.stream(stream);
        if (known != null && !known.isHeadersReceived())
            throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "a body before any head");
        return super.onDataRead(context, stream, data, padding, end);
    }

    @Override
    void accept(int stream, Http2Headers head, boolean end) throws Http2Exception {
        @Nullable CharSequence said = head.status();
        if (said == null || said.length() != 3 || said.charAt(0) != '1') return;
        int status = number(said);
        if (!InterimAnswers.isOne(status) || end)
            throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "%s is no interim answer", said);
        InterimAnswers.disguise(head, status);
    }

    private static int number(CharSequence three) {
        int tens = three.charAt(1) - '0';
        int ones = three.charAt(2) - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? 0 : 100 + 10 * tens + ones;
    }
}
