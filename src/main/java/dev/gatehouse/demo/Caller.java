package dev.gatehouse.demo;

import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is calling, as the gate says. A backend believes these fields because only the gate can reach it and strips what a stranger sends. */
record Caller(String subject, String user, String client, List<String> scopes, List<String> roles) {
    /** From the header fields of an HTTP request. */
    static Caller of(MultiMap headers) {
        return new Caller(
                text(headers.get("X-Gatehouse-Subject")),
                text(headers.get("X-Gatehouse-User")),
                text(headers.get("X-Gatehouse-Client")),
                words(headers.get("X-Gatehouse-Scopes")),
                words(headers.get("X-Gatehouse-Roles")));
    }

    /** From the {@code identity} header of an event-bus message. */
    static Caller ofIdentity(@Nullable String json) {
        try {
            var identity = new JsonObject(json == null ? "{}" : json);
            return new Caller(
                    identity.getString("subject", ""),
                    identity.getString("user", ""),
                    identity.getString("client", ""),
                    words(identity.getValue("scopes")),
                    words(identity.getValue("roles")));
        } catch (DecodeException | ClassCastException notOurs) {
            return new Caller("", "", "", List.of(), List.of());
        }
    }

    /** The name to greet with; a client without a user is greeted by its id. */
    String name() {
        if (!user.isEmpty()) return user;
        return client.isEmpty() ? "stranger" : client;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("subject", subject)
                .put("user", user)
                .put("client", client)
                .put("scopes", scopes)
                .put("roles", roles);
    }

    /** The gate percent-encodes what is not visible ASCII. */
    private static String text(@Nullable String value) {
        return value == null ? "" : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static List<String> words(@Nullable Object value) {
        if (value instanceof String text)
            return text.isBlank() ? List.of() : List.of(text.trim().split(" +"));
        return value instanceof JsonArray list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
