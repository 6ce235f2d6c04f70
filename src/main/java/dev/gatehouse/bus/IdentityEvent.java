package dev.gatehouse.bus;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Something that happened to a person, a session, a client, a key or the settings, told to whoever listens. A hint, not a record: who was away hears nothing of it
 * later. {@code detail} has the members that the kind documents, in {@code src/docs/bus.md}; there may be more of them in later versions.
 */
public record IdentityEvent(Kind kind, Instant at, JsonObject detail) {
    /** What can be heard of, each at an address of its own. */
    public enum Kind {
        LOGIN("login"),
        LOGOUT("logout"),
        REVOKED("revoked"),
        KEY_ROTATED("keyRotated"),
        USER_CHANGED("userChanged"),
        CLIENT_CHANGED("clientChanged"),
        CONFIG_RELOADED("configReloaded");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** The word in the message. */
        public String code() {
            return code;
        }

        /** Where it is published. */
        public String address() {
            return "gatehouse.events." + code;
        }
    }

    /** Runs {@code heard} at each event of that kind, on the caller's context, until the consumer is unregistered. */
    public static MessageConsumer<JsonObject> on(Vertx vertx, Kind kind, Consumer<IdentityEvent> heard) {
        return vertx.eventBus().localConsumer(kind.address(), message -> heard.accept(of(message.body())));
    }

    /** Of a message as it is published. */
    public static IdentityEvent of(JsonObject message) {
        String code = message.getString("kind");
        Kind kind = List.of(Kind.values()).stream()
                .filter(each -> each.code.equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no event is called " + code));
        JsonObject detail = message.copy();
        detail.remove("version");
        detail.remove("kind");
        detail.remove("at");
        return new IdentityEvent(kind, Instant.parse(message.getString("at")), detail);
    }

    /** The member of that name, where the event has it. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(detail.getString(name));
    }

    JsonObject message() {
        return new JsonObject()
                .put("version", TokenService.VERSION)
                .put("kind", kind.code)
                .put("at", at.toString())
                .mergeIn(detail);
    }
}
