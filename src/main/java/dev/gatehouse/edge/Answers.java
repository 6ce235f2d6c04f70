package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.BearerChallenge;
import dev.gatehouse.web.Cors;
import dev.gatehouse.web.ProblemReply;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.SecurityHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The only place of the edge where answers of our own become bytes. */
final class Answers {
    /** A body that is left unread up to here is read away, so that the connection lives on; beyond it the connection ends (RFC 9112 §9.6). */
    private static final long WORTH_READING = 64 * 1024;

    private static final Duration LINGER = Duration.ofSeconds(2);

    private Answers() {}

    static void refuse(Passage passage, Problem reason, String detail) {
        give(passage, reason, problem(passage, reason, detail));
    }

    static void refuse(Passage passage, Problem reason, String detail, String challenge) {
        give(
                passage,
                reason,
                problem(passage, reason, detail).with(BearerChallenge.FIELD, pointed(passage, challenge)));
    }

    /** RFC 6455 §4.4 and RFC 9110 §15.5.22: whoever comes with another version is told which one is spoken. */
    static void refuseWebSocket(Passage passage, Framing.Fault fault) {
        Reply reply = problem(passage, fault.reason(), fault.detail());
        if (fault.reason() == Reason.WEBSOCKET_VERSION)
            reply = reply.with("Sec-WebSocket-Version", WebSocketHandshake.VERSION)
                    .with("Upgrade", "websocket")
                    .with("Connection", "Upgrade");
        give(passage, fault.reason(), reply);
    }

    /** A challenge that says where to read what the API is, where it says that anywhere (RFC 9728 §5.1). */
    static String pointed(Passage passage, String challenge) {
        CompiledRoute route = passage.route;
        if (route == null || route.metadata().isEmpty()) return challenge;
        return challenge + ", resource_metadata=\"" + route.metadata().get() + "\"";
    }

    static void refuse(Passage passage, Problem reason, String detail, Duration retryAfter) {
        String seconds = Long.toString(Math.max(1, (retryAfter.toMillis() + 999) / 1000));
        give(passage, reason, problem(passage, reason, detail).with("Retry-After", seconds));
    }

    static Reply problem(Passage passage, Problem reason, String detail) {
        if (Grpc.isAsked(passage)) return Grpc.refusal(reason, detail);
        return ProblemReply.of(reason, detail, passage.exchange.requestId, passage.snapshot.url());
    }

    static void give(Passage passage, Problem reason, Reply reply) {
        passage.exchange.reason = reason;
        give(passage, reply);
    }

    static void give(Passage passage, Reply reply) {
        HttpServerResponse response = passage.response;
        if (response.headWritten() || response.ended() || response.closed()) return;
        response.setStatusCode(passage.check == null ? reply.status() : passage.check.status(reply.status()));
        MultiMap fields = response.headers();
        String date = fields.get(HttpHeaders.DATE);
        fields.clear();
        fields.add(HttpHeaders.DATE, date);
        fields.add("X-Request-Id", passage.exchange.requestId);
        for (Map.Entry<String, String> field : reply.headers()) fields.add(field.getKey(), field.getValue());
        for (Map.Entry<String, String> field : SecurityHeaders.forData(passage.snapshot.url()))
            if (!fields.contains(field.getKey())) fields.add(field.getKey(), field.getValue());
        stampCors(passage, fields);
        LimitStep.stamp(passage, fields);
        framed(passage, response, reply);
        boolean unread = passage.hasBody && !passage.request.isEnded();
        boolean ends = unread && !isWorthReading(passage.request);
        if (ends && !passage.isStream()) fields.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        if (Grpc.isRefusal(reply)) response.end();
        else response.end(reply.body());
        if (unread) readAway(passage, ends);
    }

    private static void framed(Passage passage, HttpServerResponse response, Reply reply) {
        if (reply.status() == 204 || reply.status() == 304 || Grpc.isRefusal(reply)) withoutLength(response);
        else if (passage.isHead())
            response.headers()
                    .set(
                            HttpHeaders.CONTENT_LENGTH,
                            Integer.toString(reply.body().length()));
    }

    /** RFC 9110 §8.6: 204 has no {@code Content-Length}, and of 304 it would be that of another answer; Vert.x sets one unless it is taken away at the last moment. */
    static void withoutLength(HttpServerResponse response) {
        response.headersEndHandler(late -> response.headers().remove(HttpHeaders.CONTENT_LENGTH));
    }

    /** Where origins are listed at all, what an answer says depends on the origin, for caches too (Fetch standard §3.2.5). */
    static void stampCors(Passage passage, MultiMap fields) {
        Optional<Cors> cors = passage.cors();
        if (cors.isEmpty()) return;
        String origin = passage.request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !fields.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN))
            for (Map.Entry<String, String> field : cors.get().fields(origin))
                fields.add(field.getKey(), field.getValue());
        if (!fields.contains(HttpHeaders.VARY, "Origin", true)) fields.add(HttpHeaders.VARY, "Origin");
    }

    /** Whoever waits for 100 may send a body or may not, so the connection cannot go on (RFC 9110 §10.1.1). */
    private static boolean isWorthReading(HttpServerRequest request) {
        long length = announcedLength(request);
        return length >= 0
                && length <= WORTH_READING
                && request.getHeader(HttpHeaders.EXPECT) == null
                && request.version() != HttpVersion.HTTP_1_0;
    }

    /** Negative where no length was announced; Netty lets nothing but digits through. */
    static long announcedLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }

    /**
     * Drops what is still coming, so that the caller reads our answer before it meets a closed door; not for long, though, once all of the answer has gone. {@code ends}:
     * the connection is closed even if all of it comes.
     */
    static void readAway(Passage passage, boolean ends) {
        HttpServerRequest request = passage.request;
        long timer = passage.context.vertx().setPeriodic(LINGER.toMillis(), late -> {
            if (passage.caller.isAnswering(request)) return;
            passage.context.vertx().cancelTimer(late);
            passage.readNoFurther();
        });
        request.exceptionHandler(gone -> passage.context.vertx().cancelTimer(timer));
        request.handler(chunk -> {});
        request.endHandler(all -> {
            passage.context.vertx().cancelTimer(timer);
            if (ends && !passage.isStream()) passage.readNoFurther();
        });
        request.resume();
    }
}
