package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Exchange;
import dev.gatehouse.web.ProblemReply;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.RequestIds;
import dev.gatehouse.web.SecurityHeaders;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** Answers requests whose head is no HTTP, is too large, or never ends; logs them like any other. */
final class UnreadableHeads implements Handler<HttpServerRequest> {
    private final RequestIds ids;
    private final AccessLog.Lines log;
    private final Supplier<EdgeSnapshot> snapshot;
    private final InstantSource clock;
    private final HttpDate date;

    UnreadableHeads(EdgeParts parts, AccessLog.Lines log) {
        this.ids = new RequestIds(parts.random(), parts.clock());
        this.log = log;
        this.snapshot = parts.snapshot();
        this.clock = parts.clock();
        this.date = new HttpDate(parts.clock());
    }

    /** What the decoder could not read. Vert.x closes the connection after the answer. Who hangs up in the middle of a head has not asked for anything. */
    @Override
    public void handle(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof PrematureChannelClosureException) return;
        Exchange exchange = exchange(CallerConnection.of(request.connection()));
        Reply reply = refusal(exchange, reason(cause), detail(cause));
        request.response().setStatusCode(reply.status());
        for (Map.Entry<String, String> field : reply.headers())
            request.response().headers().add(field.getKey(), field.getValue());
        request.response().headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        request.response().end(reply.body());
        log(exchange, reply);
    }

    /** The last words to somebody whose head did not come in time. */
    byte[] late(CallerConnection caller) {
        Exchange exchange = exchange(caller);
        Reply reply = refusal(exchange, Reason.REQUEST_TIMEOUT, "The head of the request did not arrive in time.");
        return words(exchange, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: ", reply);
    }

    private byte[] words(Exchange exchange, String beginning, Reply reply) {
        var head = new StringBuilder(beginning).append(reply.body().length()).append("\r\n");
        for (Map.Entry<String, String> field : reply.headers())
            head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        log(exchange, reply);
        return head.append("\r\n").append(reply.body()).toString().getBytes(StandardCharsets.UTF_8);
    }

    private Reply refusal(Exchange exchange, Reason reason, String detail) {
        exchange.reason = reason;
        String url = snapshot.get().url();
        Reply reply = ProblemReply.of(reason, detail, exchange.requestId, url)
                .with("X-Request-Id", exchange.requestId)
                .with("Date", date.now());
        for (Map.Entry<String, String> field : SecurityHeaders.forData(url))
            reply = reply.with(field.getKey(), field.getValue());
        return reply;
    }

    private Exchange exchange(CallerConnection caller) {
        return new Exchange(ids.next(), caller.address(), System.nanoTime());
    }

    private void log(Exchange exchange, Reply reply) {
        log.add(new LogLine.Told(
                exchange,
                clock.millis(),
                System.nanoTime(),
                "-",
                null,
                reply.status(),
                reply.body().length(),
                null,
                null,
                false));
    }

    private static Reason reason(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) return Reason.URI_TOO_LONG;
        if (cause instanceof TooLongHttpHeaderException) return Reason.HEADERS_TOO_LARGE;
        return Reason.BAD_REQUEST;
    }

    private static String detail(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) return "The request line is too long.";
        if (cause instanceof TooLongHttpHeaderException) return "The header section is too large.";
        return "The head of the request is not HTTP/1.1.";
    }
}
