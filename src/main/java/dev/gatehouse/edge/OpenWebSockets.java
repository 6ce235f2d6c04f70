package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Reason;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The WebSockets of one event loop. */
final class OpenWebSockets {
    private final Deadlines deadlines;
    private final Crowd crowd;
    private final Leases leases;
    private final Set<WebSocketTunnel> open = new HashSet<>();

    OpenWebSockets(Deadlines deadlines, Crowd crowd, Leases leases) {
        this.deadlines = deadlines;
        this.crowd = crowd;
        this.leases = leases;
    }

    /** The API has said yes. */
    void open(Passage passage, Attempts attempts, Http1Connection api, MultiMap answer) {
        passage.answerBegins();
        var caller = (Http1Caller) passage.caller;
        if (!caller.leaveHttp()) {
            api.close();
            attempts.leave();
            hangUp(passage);
            return;
        }
        var tunnel = new WebSocketTunnel(passage, attempts, this, caller.wire(), api.wire());
        caller.carry(tunnel);
        tunnel.open(Unpooled.copiedBuffer(head(passage, answer), StandardCharsets.ISO_8859_1));
        api.carry(tunnel);
    }

    /** On somebody who went on talking before the answer: it is not known as what (RFC 6455 §4.1, class 46). */
    static void hangUp(Passage passage) {
        passage.exchange.reason = Reason.AMBIGUOUS_REQUEST;
        passage.ended = true;
        passage.caller.close();
    }

    /** What an API may say to any request it may say here; a 101 has no body (RFC 9110 §8.6). */
    private static String head(Passage passage, MultiMap answer) {
        MultiMap fields = passage.response.headers();
        HeaderPolicy.response(answer, fields);
        fields.remove(HttpHeaders.CONTENT_LENGTH);
        fields.set("X-Request-Id", passage.exchange.requestId);
        LimitStep.stamp(passage, fields);
        fields.set(HttpHeaders.CONNECTION, "Upgrade");
        fields.set(HttpHeaders.UPGRADE, "websocket");
        var head = new StringBuilder(256).append("HTTP/1.1 101 Switching Protocols\r\n");
        for (Map.Entry<String, String> field : fields)
            head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        return head.append("\r\n").toString();
    }

    void opened(WebSocketTunnel tunnel) {
        open.add(tunnel);
        deadlines.watch(tunnel);
        crowd.webSocketOpened();
    }

    void closed(WebSocketTunnel tunnel) {
        deadlines.leave(tunnel);
        if (open.remove(tunnel)) crowd.webSocketClosed();
    }

    Leases leases() {
        return leases;
    }

    /** The gate closes: whoever is told so opens the next one elsewhere. */
    void endAll() {
        for (WebSocketTunnel tunnel : List.copyOf(open)) tunnel.end(WebSocketTunnel.GOING_AWAY, null);
    }
}
