package dev.gatehouse.bus;

import io.vertx.core.json.JsonObject;

/** Whether a token holds, or whether somebody may: what the edge would say at this moment. */
public sealed interface Answer {
    /** {@code caller} is {@link Caller#NOBODY} where a route lets people pass who do not say who they are. */
    record Yes(Caller caller) implements Answer {}

    /** {@code status} and {@code reason} are those of the edge's refusal; {@code detail} may be shown to the caller. */
    record No(int status, String reason, String detail) implements Answer {}

    /** Who, where the answer is yes; otherwise nobody. */
    default Caller caller() {
        return Caller.NOBODY;
    }

    default boolean isYes() {
        return this instanceof Yes;
    }

    private static No no(JsonObject message) {
        return new No(message.getInteger("status"), message.getString("reason"), message.getString("detail"));
    }

    /** Of a {@code verify}. */
    static Answer verified(JsonObject message) {
        return message.getBoolean("active") ? new Yes(Caller.of(message)) : no(message);
    }

    /** Of an {@code authorize}. */
    static Answer authorized(JsonObject message) {
        if (!message.getBoolean("allowed")) return no(message);
        JsonObject caller = message.getJsonObject("caller");
        return new Yes(caller == null ? Caller.NOBODY : Caller.of(caller));
    }
}
