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

    public Reply with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new Reply(status, more, body);
    }
}
