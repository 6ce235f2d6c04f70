package dev.gatehouse.demo;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shop window: anybody may look, at {@code /products} and {@code /products/{id}}; editors may rename. One event loop owns it. */
final class CatalogBackend extends LoopbackBackend {
    private static final int NAME_LENGTH = 200;

    private final Map<String, String> products =
            new LinkedHashMap<>(Map.of("1", "lantern", "2", "portcullis, small", "3", "brass key"));

    CatalogBackend(URI origin) {
        super("catalog", origin);
    }

    @Override
    Answer answer(String method, String path, Caller caller, Buffer body) {
        if (path.equals("/") || path.equals("/products"))
            return reading(method) ? all() : Answer.message(405, "only for looking");
        String id = path.replaceFirst("^/products/", "");
        if (!products.containsKey(id)) return Answer.message(404, "no such product");
        if (method.equals("PUT")) return rename(id, body);
        return reading(method)
                ? new Answer(200, product(id))
                : Answer.message(405, "a product can be looked at and renamed");
    }

    private static boolean reading(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private Answer all() {
        var list = products.keySet().stream().sorted().map(this::product).toList();
        return new Answer(200, new JsonObject().put("products", new JsonArray(list)));
    }

    private Answer rename(String id, Buffer body) {
        return text(body, "name", NAME_LENGTH)
                .map(name -> {
                    products.put(id, name);
                    return new Answer(200, product(id));
                })
                .orElseGet(() -> Answer.message(400, "send {\"name\": \"…\"}"));
    }

    private JsonObject product(String id) {
        return new JsonObject().put("id", id).put("name", products.get(id));
    }
}
