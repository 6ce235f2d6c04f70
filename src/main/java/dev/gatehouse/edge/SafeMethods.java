package dev.gatehouse.edge;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/** Methods that change nothing (RFC 9110 §9.2.1). */
final class SafeMethods {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private SafeMethods() {}

    static boolean has(HttpMethod method) {
        return SAFE.contains(method);
    }
}
