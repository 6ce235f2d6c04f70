package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** A refusal as {@code application/problem+json} (RFC 9457). */
public final class ProblemReply {
    private ProblemReply() {}

    public static Reply of(Reason reason, String detail, String requestId, String url) {
        Buffer body = new JsonObject()
                .put("type", url + "/_gate/problems/" + reason.code())
                .put("title", reason.title())
                .put("status", reason.status())
                .put("detail", detail)
                .put("reason", reason.code())
                .put("request_id", requestId)
                .put("msg", reason.title())
                .toBuffer();
        return new Reply(reason.status(), List.of(Map.entry("Content-Type", "application/problem+json")), body);
    }
}
