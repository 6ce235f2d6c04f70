package dev.gatehouse.ops;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answers to one probe, by the name of each check, in the order they were registered. */
public record HealthReport(Map<String, CheckResult> checks) {
    public HealthReport {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    public boolean up() {
        return checks.values().stream().allMatch(CheckResult::isUp);
    }

    public int status() {
        return up() ? 200 : 503;
    }

    public JsonObject toJson() {
        var list = new JsonArray();
        checks.forEach((name, result) -> list.add(json(name, result)));
        return new JsonObject().put("status", word(up())).put("checks", list);
    }

    private static JsonObject json(String name, CheckResult result) {
        var json = new JsonObject().put("name", name).put("status", word(result.isUp()));
        return result.detail().isEmpty() ? json : json.put("detail", result.detail());
    }

    private static String word(boolean up) {
        return up ? "up" : "down";
    }
}
