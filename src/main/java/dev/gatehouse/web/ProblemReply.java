package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Problem;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Why we answered ourselves, as {@code application/problem+json} (RFC 9457); {@code reason} is the word that programs read. */
public final class ProblemReply {
    private ProblemReply() {}

    /** {@code msg} repeats the title for clients that were written against Flask-JWT-Extended. */
    public static Reply of(Problem problem, String detail, String requestId, String url) {
        var body = new JsonObject()
                .put("type", url + "/_gate/problems/" + problem.code())
                .put("title", problem.title())
                .put("status", problem.status())
                .put("detail", detail)
                .put("reason", problem.code())
                .put("request_id", requestId)
                .put("msg", problem.title());
        return new Reply(
                problem.status(),
                List.of(Map.entry("Content-Type", "application/problem+json"), Map.entry("Cache-Control", "no-store")),
                body.toBuffer());
    }
}
