package dev.gatehouse.demo;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Orders in memory, for as long as the process lives. One event loop owns them. Every answer says who the gate says is asking. */
final class OrdersBackend extends LoopbackBackend {
    static final int ORDERS = 100;
    private static final int ITEM_LENGTH = 200;

    private final Map<String, JsonObject> orders = new LinkedHashMap<>();
    private int lastId;

    OrdersBackend(URI origin) {
        super("orders", origin);
        place("lantern", "alice");
        place("brass key", "alice");
        place("portcullis, small", "bob");
    }

    @Override
    Answer answer(String method, String path, Caller caller, Buffer body) {
        if (path.equals("/")) return collection(method, caller, body);
        String id = path.substring(1);
        if (!orders.containsKey(id)) return Answer.message(404, "no such order");
        return switch (method) {
            case "GET", "HEAD" -> ok(caller, "order", orders.get(id));
            case "DELETE" -> ok(caller, "deleted", orders.remove(id));
            default -> Answer.message(405, "an order can be read and deleted");
        };
    }

    private Answer collection(String method, Caller caller, Buffer body) {
        return switch (method) {
            case "GET", "HEAD" -> ok(caller, "orders", new JsonArray(List.copyOf(orders.values())));
            case "POST" -> create(caller, body);
            default -> Answer.message(405, "orders can be listed and placed");
        };
    }

    private Answer create(Caller caller, Buffer body) {
        if (orders.size() >= ORDERS)
            return Answer.message(409, "the demo keeps at most " + ORDERS + " orders: delete one first");
        return text(body, "item", ITEM_LENGTH)
                .map(item -> new Answer(201, with(caller, "order", place(item, caller.name()))))
                .orElseGet(() -> Answer.message(400, "send {\"item\": \"…\"}"));
    }

    private JsonObject place(String item, String owner) {
        String id = String.valueOf(++lastId);
        var order = new JsonObject().put("id", id).put("item", item).put("owner", owner);
        orders.put(id, order);
        return order;
    }

    private static Answer ok(Caller caller, String name, Object value) {
        return new Answer(200, with(caller, name, value));
    }

    private static JsonObject with(Caller caller, String name, Object value) {
        return new JsonObject().put(name, value).put("asked_by", caller.toJson());
    }
}
