package dev.gatehouse.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What another verticle asks: {@code {"action":"verify","token":…}}. Every member is read with its type and its bound. */
record Question(Action action, JsonObject message) {
    /** Far longer than any token; beyond it the sender is at fault, not the token. */
    static final int LONGEST = 64 * 1024;

    /** More audiences or header fields than any question has use for. */
    static final int MOST = 64;

    /** What can be asked for; {@code code} is its word in the message. */
    enum Action {
        VERIFY,
        AUTHORIZE,
        INTROSPECT,
        USERINFO,
        MINT,
        EXCHANGE,
        REVOKE;

        private static final Map<String, Action> BY_CODE = byCode();
        private static final String ALL =
                String.join(", ", List.of(values()).stream().map(Action::code).toList());

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Map<String, Action> byCode() {
            var all = new HashMap<String, Action>();
            for (Action action : values()) all.put(action.code(), action);
            return Map.copyOf(all);
        }
    }

    static Question of(@Nullable Object body) throws Misunderstood {
        if (!(body instanceof JsonObject message)) throw new Misunderstood(400, "the body is not a JSON object");
        Object version = message.getValue("version");
        if (version != null && !version.equals(TokenService.VERSION))
            throw new Misunderstood(400, "version is not " + TokenService.VERSION);
        String code = text(message, "action").orElseThrow(() -> missing("action"));
        Action action = Action.BY_CODE.get(code);
        if (action == null) throw new Misunderstood(400, "the action is not one of: " + Action.ALL);
        return new Question(action, message);
    }

    Optional<String> text(String name) throws Misunderstood {
        return text(message, name);
    }

    String required(String name) throws Misunderstood {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** One text, or a list of texts. */
    List<String> texts(String name) throws Misunderstood {
        Object value = message.getValue(name);
        if (value == null) return List.of();
        if (!(value instanceof JsonArray array)) return List.of(required(name));
        if (array.size() > MOST) throw new Misunderstood(413, name + " has more than " + MOST + " items");
        var texts = new ArrayList<String>();
        for (Object one : array) texts.add(checked(name, one));
        return List.copyOf(texts);
    }

    /** An object of texts. */
    Map<String, String> fields(String name) throws Misunderstood {
        Object value = message.getValue(name);
        if (value == null) return Map.of();
        if (!(value instanceof JsonObject object)) throw new Misunderstood(400, name + " is not an object of texts");
        if (object.size() > MOST) throw new Misunderstood(413, name + " has more than " + MOST + " members");
        var fields = new HashMap<String, String>();
        for (Map.Entry<String, Object> field : object)
            fields.put(checked(name, field.getKey()), checked(name, field.getValue()));
        return fields;
    }

    private static Optional<String> text(JsonObject message, String name) throws Misunderstood {
        Object value = message.getValue(name);
        return value == null ? Optional.empty() : Optional.of(checked(name, value));
    }

    private static String checked(String name, @Nullable Object value) throws Misunderstood {
        if (!(value instanceof String text)) throw new Misunderstood(400, name + " is not a text");
        if (text.length() > LONGEST) throw new Misunderstood(413, name + " is longer than " + LONGEST + " characters");
        return text;
    }

    private static Misunderstood missing(String name) {
        return new Misunderstood(400, name + " is missing");
    }
}
