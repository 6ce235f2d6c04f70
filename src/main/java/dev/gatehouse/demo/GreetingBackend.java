package dev.gatehouse.demo;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/**
 * A backend that needs no port: a verticle on the event bus. The request comes as headers {@code method}, {@code uri}, {@code identity} and
 * {@code h.<name>} with the body as a Buffer; the reply is a Buffer with headers {@code status} and {@code h.<name>}.
 */
final class GreetingBackend extends VerticleBase {
    private record Answer(int status, JsonObject body) {}

    private final String address;

    GreetingBackend(String address) {
        this.address = address;
    }

    @Override
    public Future<?> start() {
        MessageConsumer<Buffer> consumer = vertx.eventBus().localConsumer(address, GreetingBackend::reply);
        return consumer.completion();
    }

    private static void reply(Message<Buffer> request) {
        var answer = answer(request);
        var options = new DeliveryOptions()
                .addHeader("status", String.valueOf(answer.status()))
                .addHeader("h.content-type", "application/json");
        request.reply(answer.body().toBuffer(), options);
    }

    private static Answer answer(Message<Buffer> request) {
        var caller = Caller.ofIdentity(request.headers().get("identity"));
        return switch (URI.create(request.headers().get("uri")).getPath()) {
            case "/protected" -> new Answer(200, greeting(caller));
            case "/api/data" -> new Answer(200, data(caller));
            default -> new Answer(404, new JsonObject().put("message", "the demo has no such page"));
        };
    }

    private static JsonObject greeting(Caller caller) {
        return new JsonObject().put("message", "Hello, " + caller.name() + "! You are past the gate.");
    }

    private static JsonObject data(Caller caller) {
        return new JsonObject()
                .put("data", new JsonArray().add(3).add(1).add(4).add(1).add(5))
                .put("for", caller.name());
    }
}
