package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A verticle's reply, read as an HTTP answer. Its own idea of framing is left out; the length of the body is what it is. */
record BusReply(int status, MultiMap fields, Buffer body) {
    private static final int OK = 200;

    /** Null when the message is no such thing. */
    static @Nullable BusReply of(Message<Object> message) {
        Object body = message.body();
        if (body != null && !(body instanceof Buffer)) return null;
        var bytes = body == null ? Buffer.buffer() : (Buffer) body;
        int status = status(message.headers().get("status"));
        if (status < 200 || status > 599 || bytes.length() > BusUpstream.MOST_BYTES) return null;
        try {
            return new BusReply(status, fields(message.headers()), bytes);
        } catch (IllegalArgumentException notAField) {
            return null;
        }
    }

    private static int status(@Nullable String text) {
        if (text == null) return OK;
        return text.matches("[1-5][0-9]{2}") ? Integer.parseInt(text) : 0;
    }

    /** {@code HttpHeaders.headers()} checks names and values against the grammar. */
    private static MultiMap fields(MultiMap headers) {
        MultiMap fields = HttpHeaders.headers();
        for (Map.Entry<String, String> header : headers)
            if (header.getKey().startsWith(BusUpstream.FIELD))
                fields.add(header.getKey().substring(BusUpstream.FIELD.length()), header.getValue());
        return fields.remove(HttpHeaders.CONTENT_LENGTH);
    }

    void sendTo(Passage passage) {
        HttpServerResponse response = passage.response;
        response.setStatusCode(status);
        HeaderPolicy.response(fields, response.headers());
        ResponseFields.stamp(passage, response.headers());
        boolean bodiless = status == 204 || status == 304;
        if (status == 204) Answers.withoutLength(response);
        if (passage.isHead() && body.length() > 0)
            response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (bodiless) response.end();
        else response.end(body);
    }
}
