package dev.gatehouse.bus;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What another verticle asks: {@code {"action":"verify","token":…}}, for one of our APIs by name, for any audience, or for the house itself. */
record TokenQuestion(String token, Optional<String> api, Optional<String> audience) {
    /** Far longer than any token; beyond it the sender is at fault, not the token. */
    static final int LONGEST = 64 * 1024;

    /** A message that is not a question. The code follows HTTP. */
    static final class Misunderstood extends Exception {
        private static final long serialVersionUID = 1L;

        final int code;

        Misunderstood(int code, String why) {
            super(why, null, false, false);
            this.code = code;
        }
    }

    static TokenQuestion of(@Nullable Object body) throws Misunderstood {
        if (!(body instanceof JsonObject message)) throw new Misunderstood(400, "the body is not a JSON object");
        var action = text(message, "action").orElseThrow(() -> new Misunderstood(400, "action is missing"));
        if (!action.equals("verify")) throw new Misunderstood(400, "the action is not one of: verify");
        var token = text(message, "token").orElseThrow(() -> new Misunderstood(400, "token is missing"));
        var api = text(message, "api");
        var audience = text(message, "audience");
        if (api.isPresent() && audience.isPresent()) throw new Misunderstood(400, "give api or audience, not both");
        return new TokenQuestion(token, api, audience);
    }

    private static Optional<String> text(JsonObject message, String name) throws Misunderstood {
        var value = message.getValue(name);
        if (value == null) return Optional.empty();
        if (!(value instanceof String text)) throw new Misunderstood(400, name + " is not a text");
        if (text.length() > LONGEST) throw new Misunderstood(413, name + " is longer than " + LONGEST + " characters");
        return Optional.of(text);
    }
}
