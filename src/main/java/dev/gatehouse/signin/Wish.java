package dev.gatehouse.signin;

import dev.gatehouse.signin.SignInFlow.Wanted;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/** What whoever sent a person here wants of the sign-in. {@code again}: the whole of it, whatever the session has. */
public record Wish(Level level, Optional<Instant> since, boolean again) {
    static final Wish NOTHING = new Wish(Level.ONE, Optional.empty(), false);
    private static final String NAME = "wish";

    /** Beside what else an interaction keeps. */
    public JsonObject in(JsonObject request) {
        var json = new JsonObject().put("level", level.name()).put("again", again);
        since.ifPresent(at -> json.put("since", at.toEpochMilli()));
        return request.put(NAME, json);
    }

    static Wish of(JsonObject request) {
        JsonObject json = request.getJsonObject(NAME);
        if (json == null) return NOTHING;
        return new Wish(
                Level.valueOf(json.getString("level")),
                Optional.ofNullable(json.getLong("since")).map(Instant::ofEpochMilli),
                json.getBoolean("again"));
    }

    Wanted wanted() {
        return new Wanted(level, since, Optional.empty());
    }
}
