package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers.Auth;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.SecurityHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;

/** What we add to an API's answer: whose eyes it is for, unless the API said so itself (RFC 9111 §5.2, §4.1), what it depends on, how browsers treat it, and which pages may read it. */
final class ResponseFields {
    private static final CharSequence PERSONAL = HttpHeaders.createOptimized("private, no-store");

    private ResponseFields() {}

    static void stamp(Passage passage, MultiMap fields) {
        fields.set("X-Request-Id", passage.exchange.requestId);
        audience(passage, fields);
        LimitStep.stamp(passage, fields);
        for (Map.Entry<String, String> field : SecurityHeaders.forApis(passage.snapshot.url()))
            if (!fields.contains(field.getKey())) fields.add(field.getKey(), field.getValue());
        Answers.stampCors(passage, fields);
    }

    /** What is left to say of an answer of the file. */
    static Reply with(Passage passage, Reply answer) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<String, String> field : answer.headers()) fields.add(field.getKey(), field.getValue());
        audience(passage, fields);
        return new Reply(answer.status(), fields.entries(), answer.body());
    }

    private static void audience(Passage passage, MultiMap fields) {
        if (!passage.route().policy().isPublic()) {
            if (!fields.contains(HttpHeaders.CACHE_CONTROL)) fields.set(HttpHeaders.CACHE_CONTROL, PERSONAL);
            if (passage.route().auth() != Auth.SESSION) fields.add(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
            if (passage.route().auth() != Auth.BEARER) fields.add(HttpHeaders.VARY, HttpHeaders.COOKIE);
        }
        for (String name : passage.fields.asked()) fields.add(HttpHeaders.VARY, name);
    }
}
