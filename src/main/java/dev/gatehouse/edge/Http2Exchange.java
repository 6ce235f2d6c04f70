package dev.gatehouse.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.HttpClientConnectionInternal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An exchange on a stream of HTTP/2 (RFC 9113), by Vert.x's client; trailers of requests apart, for which that has no words (decision 0223). */
final class Http2Exchange implements UpstreamExchange {
    private static final AttributeKey<Boolean> DOUBTED = AttributeKey.valueOf("gatehouse.doubted");
    private static final Duration PONG = Duration.ofSeconds(2);

    private final HttpClientRequest request;
    private final Vertx vertx;
    private @Nullable HttpClientResponse answer;
    private boolean over;

    Http2Exchange(HttpClientRequest request, Vertx vertx) {
        this.request = request;
        this.vertx = vertx;
    }

    /** What goes wrong on a connection is told with the request it goes wrong for; Vert.x would log it, with the API's own words in it. */
    static void install(HttpConnection connection) {
        connection.exceptionHandler(told -> {});
        Http2ConnectionHandler handler = channelOf(connection).pipeline().get(Http2ConnectionHandler.class);
        if (handler == null) return;
        handler.decoder().frameListener(new Http2Answers(handler.decoder().frameListener(), handler.connection()));
    }

    private static Channel channelOf(HttpConnection connection) {
        return ((HttpClientConnectionInternal) connection)
                .channelHandlerContext()
                .channel();
    }

    @Override
    public void tell(Events events) {
        request.exceptionHandler(failure -> failed(events, failure));
        request.response().onComplete((answered, failure) -> {
            if (failure != null) failed(events, failure);
            else if (!over) answered(events, answered);
        });
        request.earlyHintsHandler(disguised -> {
            if (!over) events.interim(InterimAnswers.status(disguised), InterimAnswers.undisguised(disguised));
        });
        request.continueHandler(go -> {
            if (!over) events.interim(100, MultiMap.caseInsensitiveMultiMap());
        });
        request.drainHandler(drained -> {
            if (!over) events.drained();
        });
    }

    private void answered(Events events, HttpClientResponse begun) {
        answer = begun;
        begun.exceptionHandler(failure -> failed(events, failure));
        begun.handler(octets -> {
            if (!over) events.body(octets);
        });
        begun.endHandler(whole -> {
            if (over) return;
            over = true;
            events.ended(begun.trailers());
        });
        events.answered(begun.statusCode(), begun.headers());
    }

    private void failed(Events events, Throwable cause) {
        if (over) return;
        over = true;
        events.failed(cause);
    }

    @Override
    public boolean isStream() {
        return true;
    }

    @Override
    public boolean isReused() {
        return true;
    }

    // ── the request ──────────────────────────────────────────────────────────────────────────────────────────────

    @Override
    public void field(String name, String value) {
        request.headers().add(name, value);
    }

    @Override
    public void askTrailers() {
        field("TE", "trailers");
    }

    /** Of that this protocol knows nothing as we speak it. */
    @Override
    public void askUpgrade() {}

    @Override
    public void announceBody(long length) {
        if (length < 0) request.setChunked(true);
        else request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    }

    @Override
    public void sendHead() {
        request.sendHead();
    }

    @Override
    public void write(Buffer octets, boolean last) {
        if (last) request.end(octets);
        else request.write(octets);
    }

    @Override
    public boolean isFull() {
        return request.writeQueueFull();
    }

    @Override
    public void end() {
        request.end();
    }

    @Override
    public void end(MultiMap trailers) {
        if (trailers.isEmpty() || request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            request.end();
            return;
        }
        request.write(Buffer.buffer()).onSuccess(written -> endStream(trailers));
    }

    private void endStream(MultiMap trailers) {
        ChannelPipeline pipeline = channelOf(request.connection()).pipeline();
        Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
        Http2Stream stream = handler == null ? null : handler.connection().stream(request.streamId());
        if (stream == null || !stream.state().localSideOpen()) return;
        Http2Headers section = new DefaultHttp2Headers();
        for (Map.Entry<String, String> field : trailers)
            section.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
        ChannelHandlerContext context = pipeline.context(handler);
        handler.encoder().writeHeaders(context, stream.id(), section, 0, true, context.newPromise());
        pipeline.channel().flush();
    }

    // ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────

    @Override
    public void pause() {
        HttpClientResponse begun = answer;
        if (begun != null && !over) begun.pause();
    }

    @Override
    public void resume() {
        HttpClientResponse begun = answer;
        if (begun != null && !over) begun.resume();
    }

    @Override
    public void giveBack() {
        request.exceptionHandler(expected -> {});
        abort();
    }

    /** Its stream ends, and nothing else (RFC 9113 §5.4.2). */
    @Override
    public void abort() {
        over = true;
        request.reset(Http2Error.CANCEL.code());
    }

    /** Closed when nobody says that anybody is there (RFC 9113 §6.7). */
    @Override
    public void doubt() {
        HttpConnection connection = request.connection();
        Channel channel = channelOf(connection);
        if (channel.attr(DOUBTED).getAndSet(true) != null) return;
        long timer = vertx.setTimer(PONG.toMillis(), silent -> {
            connection.close();
            channel.unsafe().close(channel.voidPromise());
        });
        connection.ping(Buffer.buffer(new byte[8])).onComplete((pong, failure) -> {
            channel.attr(DOUBTED).set(null);
            vertx.cancelTimer(timer);
        });
    }
}
