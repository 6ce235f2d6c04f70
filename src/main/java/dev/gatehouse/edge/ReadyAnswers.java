package dev.gatehouse.edge;

import dev.gatehouse.web.Exchange;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.RequestIds;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The house's public documents as bytes that lack but a date and a request id. They answer a GET in which nothing could make a difference, before it becomes an object
 * of Vert.x; any other request goes the long way and gets the same (decision 0195). One per event loop.
 */
final class ReadyAnswers implements Callers.FromTheHead {
    private static final byte[] ID_FIELD = "\r\nX-Request-Id: ".getBytes(StandardCharsets.US_ASCII);

    private final Function<String, @Nullable Reply> documents;
    private final Supplier<EdgeSnapshot> snapshot;
    private final InstantSource clock;
    private final HttpDate date;
    private final RequestIds ids;
    private final AccessLog.Lines log;
    private final Map<String, Ready> written = new HashMap<>();

    /** {@code document}: what the bytes were made of, and stand for as long as it is the same. */
    private record Ready(Reply document, byte[] beforeDate, byte[] afterId) {}

    ReadyAnswers(Function<String, @Nullable Reply> documents, EdgeParts parts, AccessLog.Lines log) {
        this.documents = documents;
        this.snapshot = parts.snapshot();
        this.clock = parts.clock();
        this.date = new HttpDate(parts.clock());
        this.ids = new RequestIds(parts.random(), parts.clock());
        this.log = log;
    }

    /** The whole answer, logged; null where the long way has to be taken. */
    @Override
    public @Nullable ByteBuf to(HttpRequest head, CallerConnection caller) {
        Reply document = documents.apply(head.uri());
        if (document == null || !isPlain(head)) return null;
        if (head.uri().length() > snapshot.get().limits().uriSize()) return null;
        Ready ready = ready(head.uri(), document);
        var exchange = new Exchange(ids.next(), caller.address(), System.nanoTime());
        ByteBuf answer = bytes(caller, ready, exchange.requestId);
        log.add(new LogLine.Told(
                exchange,
                clock.millis(),
                System.nanoTime(),
                "GET",
                head.uri(),
                document.status(),
                document.body().length(),
                null,
                null,
                false));
        return answer;
    }

    private static boolean isPlain(HttpRequest head) {
        if (!head.decoderResult().isSuccess() || !head.method().equals(HttpMethod.GET)) return false;
        if (!head.protocolVersion().equals(HttpVersion.HTTP_1_1)) return false;
        return Framing.fault(head.headers(), true) == null && saysNothingElse(head.headers());
    }

    /** Nothing of a body, of the connection, of what the caller has already, of proxies on the way. */
    private static boolean saysNothingElse(HttpHeaders fields) {
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey();
            boolean matters =
                    switch (FieldNames.first(name)) {
                        case 'c' -> FieldNames.same(name, "connection") || FieldNames.same(name, "content-length");
                        case 'e' -> FieldNames.same(name, "expect");
                        case 'i' -> name.length() > 3 && name.charAt(2) == '-';
                        case 't' -> FieldNames.same(name, "transfer-encoding");
                        case 'u' -> FieldNames.same(name, "upgrade");
                        case 'x' -> true;
                        default -> false;
                    };
            if (matters) return false;
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality")
    private Ready ready(String path, Reply document) {
        Ready kept = written.get(path);
        if (kept != null && kept.document() == document) return kept;
        Ready fresh = write(document);
        written.put(path, fresh);
        return fresh;
    }

    private static Ready write(Reply document) {
        var rest = new StringBuilder("\r\n");
        for (Map.Entry<String, String> field : document.headers())
            rest.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        rest.append("Content-Length: ").append(document.body().length()).append("\r\n\r\n");
        var afterId = new ByteArrayOutputStream();
        afterId.writeBytes(rest.toString().getBytes(StandardCharsets.ISO_8859_1));
        afterId.writeBytes(document.body().getBytes());
        byte[] beforeDate = "HTTP/1.1 200 OK\r\ndate: ".getBytes(StandardCharsets.US_ASCII);
        return new Ready(document, beforeDate, afterId.toByteArray());
    }

    private ByteBuf bytes(CallerConnection caller, Ready ready, String id) {
        String now = date.now();
        int size = ready.beforeDate().length + now.length() + ID_FIELD.length + id.length() + ready.afterId().length;
        ByteBuf bytes = caller.channel().alloc().ioBuffer(size, size);
        bytes.writeBytes(ready.beforeDate());
        bytes.writeCharSequence(now, StandardCharsets.US_ASCII);
        bytes.writeBytes(ID_FIELD);
        bytes.writeCharSequence(id, StandardCharsets.US_ASCII);
        return bytes.writeBytes(ready.afterId());
    }
}
