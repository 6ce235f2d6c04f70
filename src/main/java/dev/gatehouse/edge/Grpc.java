package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Whether a caller speaks gRPC, and how one is told no: by status in fields, because such a caller does not read the status or the body of HTTP (decision 0222). */
final class Grpc {
    private static final String TYPE = "application/grpc";
    private static final String STATUS = "grpc-status";

    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;
    private static final int UNKNOWN = 2;

    private Grpc() {}

    /** {@code application/grpc}, perhaps with what its messages are written in; gRPC-Web is another type and reads statuses of HTTP. */
    static boolean isType(String type) {
        if (!type.regionMatches(true, 0, TYPE, 0, TYPE.length())) return false;
        if (type.length() == TYPE.length()) return true;
        char next = type.charAt(TYPE.length());
        return next == '+' || next == ';' || next == ' ';
    }

    /** Never where another gateway asks for a verdict: it goes by the status of HTTP, and 200 would let everybody in. */
    static boolean isAsked(Passage passage) {
        HttpServerRequest request = passage.request;
        if (!passage.isStream() || !request.method().equals(HttpMethod.POST)) return false;
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !isType(type)) return false;
        return passage.check == null && !ForwardAuth.isAsked(request.uri());
    }

    /** A whole answer in one header section. */
    static Reply refusal(Problem reason, String detail) {
        return new Reply(
                200,
                List.of(
                        Map.entry("content-type", TYPE),
                        Map.entry(STATUS, Integer.toString(status(reason.status()))),
                        Map.entry("grpc-message", encoded(reason.code() + ": " + detail))),
                Buffer.buffer());
    }

    static boolean isRefusal(Reply reply) {
        return reply.body().length() == 0 && !reply.header(STATUS).isEmpty();
    }

    /** As the mapping of gRPC has it, but for what it does not know or what has a better word in gRPC. */
    private static int status(int http) {
        return switch (http) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404, 405 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 413, 414, 429, 431 -> RESOURCE_EXHAUSTED;
            case 400, 500 -> INTERNAL;
            case 502, 503 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    private static String encoded(String message) {
        var text = new StringBuilder(message.length() + 16);
        for (byte octet : message.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet < 0x7f && octet != '%') text.append((char) octet);
            else text.append(String.format("%%%02X", octet & 0xff));
        }
        return text.toString();
    }
}
