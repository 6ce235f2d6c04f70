package dev.gatehouse.edge;

import dev.gatehouse.config.ApiCallers.Auth;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** What we add to an API's answer: whose eyes it is for, unless the API said so itself (RFC 9111 §5.2, §4.1), what it depends on, and which pages may read it. */
final class ResponseFields {
    private static final CharSequence PERSONAL = HttpHeaders.createOptimized("private, no-store");

    private ResponseFields() {}

    static void stamp(Passage passage, MultiMap fields) {
        fields.set("X-Request-Id", passage.exchange.requestId);
        if (!passage.route().policy().isPublic()) {
            if (!fields.contains(HttpHeaders.CACHE_CONTROL)) fields.set(HttpHeaders.CACHE_CONTROL, PERSONAL);
            if (passage.route().auth() != Auth.SESSION) fields.add(HttpHeaders.VARY, HttpHeaders.AUTHORIZATION);
            if (passage.route().auth() != Auth.BEARER) fields.add(HttpHeaders.VARY, HttpHeaders.COOKIE);
        }
        for (String name : passage.fields.asked()) fields.add(HttpHeaders.VARY, name);
        LimitStep.stamp(passage, fields);
        Answers.stampCors(passage, fields);
    }
}
