package dev.gatehouse.demo;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** The shop window: anybody may look. */
final class CatalogBackend extends LoopbackBackend {
    private static final JsonArray PRODUCTS = new JsonArray()
            .add(product(1, "lantern"))
            .add(product(2, "portcullis, small"))
            .add(product(3, "brass key"));

    CatalogBackend(URI origin) {
        super("catalog", origin);
    }

    @Override
    Answer answer(String method, String path, Caller caller, Buffer body) {
        if (!method.equals("GET") && !method.equals("HEAD"))
            return Answer.message(405, "the shop window is only for looking");
        if (!path.equals("/")) return Answer.message(404, "no such product");
        return new Answer(200, new JsonObject().put("products", PRODUCTS));
    }

    private static JsonObject product(int id, String name) {
        return new JsonObject().put("id", id).put("name", name);
    }
}
