package dev.gatehouse.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The JSON Schema of the file (draft 7, which editors know), made from the same records that the file is read by. It helps while typing;
 * {@code gatehouse check} is what decides. Placeholders may stand wherever text may.
 */
public final class Schema {
    private static final String PLACEHOLDER = "\\$\\{";
    private static final String ROUTE = "^[A-Z]+ +/";

    private Schema() {}

    /** The content of {@code config/gatehouse.schema.json}. */
    public static String text() {
        return new JsonObject()
                        .put("$schema", "http://json-schema.org/draft-07/schema#")
                        .put("title", "Gatehouse")
                        .put(
                                "description",
                                "The settings of a gatehouse; src/docs/reference.md has the same for reading.")
                        .mergeIn(section(Config.class))
                        .encodePrettily()
                + "\n";
    }

    private static JsonObject section(Class<?> record) {
        return section(Key.of(record), Key.later(record), "");
    }

    /** The keys that begin with {@code prefix}, without it. */
    private static JsonObject section(List<Key> keys, List<String> later, String prefix) {
        var properties = new JsonObject();
        var required = new JsonArray();
        Object others = false;
        for (Key key : keys) {
            if (key.form() == Form.OTHERS) {
                others = section(key.inner().orElseThrow());
                continue;
            }
            if (!key.name().startsWith(prefix) || key.name().indexOf('.', prefix.length()) >= 0) continue;
            String name = key.name().substring(prefix.length());
            properties.put(name, described(key, value(key, keys)));
            if (key.setting().required()) required.add(name);
        }
        for (String name : later) {
            properties.put(
                    name,
                    new JsonObject().put("description", "Not available yet.").put("enum", JsonArray.of("off", false)));
        }
        var section = new JsonObject()
                .put("type", JsonArray.of("object", "null"))
                .put("properties", properties)
                .put("additionalProperties", others);
        return required.isEmpty() ? section : section.put("required", required);
    }

    private static JsonObject described(Key key, JsonObject value) {
        var described = new JsonObject().put("description", key.setting().value() + limits(key));
        if (!key.setting().byDefault().isEmpty()) described.put("default", byDefault(key));
        if (!key.setting().example().isEmpty())
            described.put("examples", JsonArray.of(key.setting().example()));
        return described.mergeIn(value);
    }

    private static String limits(Key key) {
        return key.bounds().isEmpty() ? "" : " " + key.bounds() + ".";
    }

    private static Object byDefault(Key key) {
        String text = key.setting().byDefault();
        if (!text.startsWith("[")) return text;
        String inside = text.substring(1, text.length() - 1);
        return inside.isEmpty() ? new JsonArray() : new JsonArray(List.of(inside.split(", ")));
    }

    private static JsonObject value(Key key, List<Key> siblings) {
        return switch (key.form()) {
            case SECTION -> section(key.inner().orElseThrow());
            case NAMED -> named(section(key.inner().orElseThrow()));
            case SENTENCES, CLAIMS, RULES, FIELDS, ROLES -> named(text(key.form()));
            case ROUTES ->
                new JsonObject()
                        .put("type", JsonArray.of("object", "null"))
                        .put(
                                "patternProperties",
                                new JsonObject()
                                        .put(
                                                ROUTE,
                                                either(
                                                        text(Form.RULE),
                                                        section(key.inner().orElseThrow()))))
                        .put("additionalProperties", false);
            case LIFETIME, UPSTREAM ->
                either(text(key.form()), section(key.inner().orElseThrow()));
            case SWITCH -> either(words(List.of("on", "off")), section(siblings, List.of(), key.name() + "."));
            case CERTIFICATES -> {
                JsonObject one = section(key.inner().orElseThrow());
                yield either(words(List.of("off")), either(one, list(one)));
            }
            case CHOICE -> words(key.choices());
            case CHOICES -> list(words(key.choices()));
            case HOSTS -> either(words(List.of("on", "off")), list(text(key.form())));
            case HOST_NAMES -> either(text(key.form()), list(text(key.form())));
            case ORIGINS -> either(words(List.of("clients", "off")), list(text(key.form())));
            default -> key.form().isList() ? list(text(key.form())) : text(key.form());
        };
    }

    private static JsonObject named(JsonObject inner) {
        return new JsonObject().put("type", JsonArray.of("object", "null")).put("additionalProperties", inner);
    }

    private static JsonObject list(JsonObject item) {
        return new JsonObject().put("type", "array").put("items", item).put("uniqueItems", true);
    }

    /** Editors read numbers where we read text. */
    private static JsonObject text(Form form) {
        return new JsonObject()
                .put("type", JsonArray.of("string", "number"))
                .put("pattern", "^(" + form.pattern() + ")$|" + PLACEHOLDER);
    }

    /** Editors take digits for numbers, and those that read YAML 1.1 {@code on} and {@code off} for booleans. */
    private static JsonObject words(List<String> choices) {
        var words = new JsonArray();
        choices.forEach(words::add);
        for (String choice : choices) if (choice.matches("[0-9]{1,9}")) words.add(Integer.valueOf(choice));
        if (choices.contains("on")) words.add(true);
        if (choices.contains("off")) words.add(false);
        var placeholder = new JsonObject().put("type", "string").put("pattern", PLACEHOLDER);
        return either(new JsonObject().put("enum", words), placeholder);
    }

    private static JsonObject either(JsonObject one, JsonObject other) {
        return new JsonObject().put("anyOf", JsonArray.of(one, other));
    }
}
