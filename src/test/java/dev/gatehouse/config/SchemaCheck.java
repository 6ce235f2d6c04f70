package dev.gatehouse.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A file against the schema as an editor would see it: the words of draft 7 that the schema uses, on a YAML tree of plain values. */
final class SchemaCheck {
    private final List<String> complaints = new ArrayList<>();

    static List<String> of(Path file) throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        var check = new SchemaCheck();
        check.check(tree, new JsonObject(Schema.text()), "");
        return check.complaints;
    }

    private void check(@Nullable Object value, JsonObject schema, String path) {
        JsonArray anyOf = schema.getJsonArray("anyOf");
        if (anyOf != null && anyOf.stream().noneMatch(each -> fits(value, (JsonObject) each)))
            complain(path, "fits none of " + anyOf);
        if (schema.containsKey("enum") && !schema.getJsonArray("enum").contains(value))
            complain(path, value + " is not in " + schema.getValue("enum"));
        if (schema.containsKey("type") && !isOf(value, schema.getValue("type")))
            complain(path, "is not " + schema.getValue("type"));
        if (value instanceof String text
                && schema.containsKey("pattern")
                && !Pattern.compile(schema.getString("pattern")).matcher(text).find()) {
            complain(path, text + " does not match " + schema.getString("pattern"));
        }
        if (value instanceof List<?> list && schema.containsKey("items")) {
            list.forEach(item -> check(item, schema.getJsonObject("items"), path + "[]"));
        }
        if (value instanceof Map<?, ?> map) members(map, schema, path);
    }

    private void members(Map<?, ?> map, JsonObject schema, String path) {
        schema.getJsonArray("required", new JsonArray()).forEach(key -> {
            if (!map.containsKey(key)) complain(path, key + " is missing");
        });
        map.forEach((key, value) -> {
            JsonObject inner =
                    schema.getJsonObject("properties", new JsonObject()).getJsonObject(key.toString());
            for (var pattern : schema.getJsonObject("patternProperties", new JsonObject())) {
                if (Pattern.compile(pattern.getKey()).matcher(key.toString()).find())
                    inner = (JsonObject) pattern.getValue();
            }
            Object others = schema.getValue("additionalProperties");
            if (inner == null && others instanceof JsonObject any) inner = any;
            if (inner == null && Boolean.FALSE.equals(others)) complain(path, key + " is not known");
            if (inner != null) check(value, inner, path + "." + key);
        });
    }

    private static boolean fits(@Nullable Object value, JsonObject schema) {
        var check = new SchemaCheck();
        check.check(value, schema, "");
        return check.complaints.isEmpty();
    }

    private static boolean isOf(@Nullable Object value, Object types) {
        JsonArray all = types instanceof JsonArray several ? several : JsonArray.of(types);
        return all.stream().anyMatch(type -> switch (type.toString()) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Number;
            default -> value == null;
        });
    }

    private void complain(String path, String sentence) {
        complaints.add(path + ": " + sentence);
    }
}
