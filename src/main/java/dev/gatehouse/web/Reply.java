package dev.gatehouse.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A whole answer as a value: status, header fields in order, body. */
public record Reply(int status, List<Map.Entry<String, String>> headers, Buffer body) {
    public Reply {
        headers = List.copyOf(headers);
    }

    public static Reply json(int status, JsonObject body) {
        return new Reply(status, List.of(Map.entry("Content-Type", "application/json")), body.toBuffer());
    }

    public static Reply empty(int status) {
        return new Reply(status, List.of(), Buffer.buffer());
    }

    /** To be asked for again by GET, whatever the method was (RFC 9110 §15.4.4; never 307, RFC 9700 §4.12). */
    public static Reply seeOther(String location) {
        return empty(303).with("Location", location);
    }

    /** The first field of that name, or empty text. */
    public String header(String name) {
        for (var field : headers) if (field.getKey().equalsIgnoreCase(name)) return field.getValue();
        return "";
    }

    public Reply with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new Reply(status, more, body);
    }
}
