package dev.gatehouse.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import java.util.Locale;
import java.util.Map;

/** The fields after the body of a request on its way to an API, for which Vert.x has no words (RFC 9110 §6.5, decision 0223). */
final class Trailers {
    private static final String NAME = "gatehouse.trailers";

    private Trailers() {}

    /** Says that the answer's trailers are passed on (RFC 9110 §10.1.4). */
    static void ask(HttpClientRequest sent) {
        sent.putHeader("TE", "trailers");
        if (sent.version() != HttpVersion.HTTP_2) sent.putHeader(HttpHeaders.CONNECTION, "TE");
    }

    /** Ends the request with those of the fields that may go on; a body of a length that was announced has no room for any in HTTP/1.1. */
    static void end(HttpClientRequest sent, MultiMap said) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        HeaderPolicy.requestTrailers(said, fields);
        if (fields.isEmpty() || sent.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            sent.end();
            return;
        }
        var everythingElse = sent.write(Buffer.buffer());
        ChannelPipeline pipeline = ((HttpClientConnectionInternal) sent.connection())
                .channelHandlerContext()
                .pipeline();
        if (sent.version() == HttpVersion.HTTP_2) {
            everythingElse.onSuccess(written -> endStream(pipeline, sent.streamId(), fields));
        } else {
            pipeline.addBefore("handler", NAME, new InsteadOfTheEnd(fields));
            sent.end();
        }
    }

    private static void endStream(ChannelPipeline pipeline, int id, MultiMap fields) {
        Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
        Http2Stream stream = handler == null ? null : handler.connection().stream(id);
        if (stream == null || !stream.state().localSideOpen()) return;
        Http2Headers section = new DefaultHttp2Headers();
        for (Map.Entry<String, String> field : fields)
            section.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
        ChannelHandlerContext context = pipeline.context(handler);
        handler.encoder().writeHeaders(context, id, section, 0, true, context.newPromise());
        pipeline.channel().flush();
    }

    private static final class InsteadOfTheEnd extends ChannelOutboundHandlerAdapter {
        private final MultiMap fields;

        InsteadOfTheEnd(MultiMap fields) {
            this.fields = fields;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (!(message instanceof LastHttpContent bare)) {
                context.write(message, promise);
                return;
            }
            var last = new DefaultLastHttpContent(bare.content());
            for (Map.Entry<String, String> field : fields)
                last.trailingHeaders().add(field.getKey(), field.getValue());
            context.write(last, promise);
            context.pipeline().remove(this);
        }
    }
}
