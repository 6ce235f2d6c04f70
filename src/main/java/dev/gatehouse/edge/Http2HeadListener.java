package dev.gatehouse.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/** Looks at each section of fields before anybody else does, in whichever of its two forms Netty reports it. */
abstract class Http2HeadListener extends Http2FrameListenerDecorator {
    Http2HeadListener(Http2FrameListener next) {
        super(next);
    }

    /** May change the section; an exception ends its stream. */
    abstract void accept(int stream, Http2Headers head, boolean end) throws Http2Exception;

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers head, int padding, boolean end)
            throws Http2Exception {
        accept(stream, head, end);
        super.onHeadersRead(context, stream, head, padding, end);
    }

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers head,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        accept(stream, head, end);
        super.onHeadersRead(context, stream, head, dependency, weight, exclusive, padding, end);
    }
}
