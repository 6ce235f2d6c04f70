package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.UserId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** An account as an operator sees it; no part of it is secret. */
public record Account(
        UserId id,
        Username username,
        Optional<String> email,
        List<String> roles,
        List<String> groups,
        Instant madeAt,
        Optional<Instant> passwordChangedAt,
        Optional<Instant> lockedAt) {
    public Account {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }

    static Account of(Row row) {
        return new Account(
                new UserId(row.getString("id")),
                new Username(row.getString("username")),
                Optional.ofNullable(row.getString("email")),
                List.of(row.getArrayOfStrings("roles")),
                List.of(row.getArrayOfStrings("groups")),
                row.getOffsetDateTime("made_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("password_changed_at"))
                        .map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getOffsetDateTime("locked_at")).map(OffsetDateTime::toInstant));
    }
}
