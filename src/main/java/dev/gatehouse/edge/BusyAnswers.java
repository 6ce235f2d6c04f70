package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Exchange;
import dev.gatehouse.web.ProblemReply;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.RequestIds;
import dev.gatehouse.web.SecurityHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What those are told who have waited too long already; their connections live on. Written once a second and given its request id in place, so that it costs a small part
 * of what would have been asked for. One per event loop.
 */
final class BusyAnswers {
    private static final String DETAIL = "Too many requests wait for answers.";

    private final RequestIds ids;
    private final AccessLog.Lines log;
    private final Supplier<EdgeSnapshot> snapshot;
    private final InstantSource clock;
    private final HttpDate date;

    private String writtenAt = "";
    private String writtenFor = "";
    private Written written = new Written(new byte[0], 0, 0, 0);

    /** The answer with an id in two places, in the field and in the body. */
    private record Written(byte[] bytes, int field, int body, int bodyLength) {}

    BusyAnswers(EdgeParts parts, AccessLog.Lines log) {
        this.ids = new RequestIds(parts.random(), parts.clock());
        this.log = log;
        this.snapshot = parts.snapshot();
        this.clock = parts.clock();
        this.date = new HttpDate(parts.clock());
    }

    /** The whole answer, logged. */
    ByteBuf to(CallerConnection caller, HttpRequest head) {
        long now = System.nanoTime();
        var exchange = new Exchange(ids.next(), caller.address(), now);
        exchange.reason = Reason.BUSY;
        Written answer = written(exchange.requestId);
        ByteBuf bytes = caller.channel().alloc().ioBuffer(answer.bytes().length);
        bytes.writeBytes(answer.bytes());
        byte[] id = exchange.requestId.getBytes(StandardCharsets.US_ASCII);
        bytes.setBytes(answer.field(), id).setBytes(answer.body(), id);
        log.add(new LogLine.Told(
                exchange,
                clock.millis(),
                now,
                head.method().name(),
                path(head.uri()),
                Reason.BUSY.status(),
                answer.bodyLength(),
                null,
                null,
                false));
        return bytes;
    }

    /** As it was sent, for the log; nobody has looked whether it can be read at all. */
    private static @Nullable String path(String target) {
        if (!target.startsWith("/")) return null;
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private Written written(String id) {
        String url = snapshot.get().url();
        String now = date.now();
        if (!now.equals(writtenAt) || !url.equals(writtenFor)) {
            written = write(id, url, now);
            writtenAt = now;
            writtenFor = url;
        }
        return written;
    }

    private static Written write(String id, String url, String date) {
        Reply reply = ProblemReply.of(Reason.BUSY, DETAIL, id, url);
        var head = new StringBuilder("HTTP/1.1 503 Service Unavailable\r\n");
        field(head, "Date", date);
        field(head, "Retry-After", "1");
        field(head, "Content-Length", Integer.toString(reply.body().length()));
        for (Map.Entry<String, String> field : reply.headers()) field(head, field.getKey(), field.getValue());
        for (Map.Entry<String, String> field : SecurityHeaders.forData(url))
            field(head, field.getKey(), field.getValue());
        field(head, "X-Request-Id", id);
        int inField = head.length() - 2 - id.length();
        byte[] whole = head.append("\r\n").append(reply.body()).toString().getBytes(StandardCharsets.ISO_8859_1);
        int inBody = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf(id);
        return new Written(whole, inField, inBody, reply.body().length());
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
