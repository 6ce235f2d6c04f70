package dev.gatehouse.cli;

import dev.gatehouse.identity.Account;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** An account as the command line shows it; the member names are what scripts rely on. */
final class UserView {
    static final List<String> COLUMNS = List.of("username", "roles", "email", "locked_at", "made_at");

    private UserView() {}

    static JsonObject of(Account account) {
        return new JsonObject()
                .put("username", account.username().value())
                .put("id", account.id().value())
                .put("email", account.email().orElse(null))
                .put("roles", new JsonArray(account.roles()))
                .put("groups", new JsonArray(account.groups()))
                .put("made_at", account.madeAt().toString())
                .put(
                        "password_changed_at",
                        account.passwordChangedAt().map(Instant::toString).orElse(null))
                .put("locked_at", account.lockedAt().map(Instant::toString).orElse(null));
    }
}
