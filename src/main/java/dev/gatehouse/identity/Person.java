package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.UserId;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;

/** Somebody who is signed in, as far as tokens tell of them. */
public record Person(UserId id, String username, List<String> roles, List<String> groups, Traits traits) {
    public Person {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }

    /** Of whom nothing else is known. */
    public Person(UserId id, String username, List<String> roles, List<String> groups) {
        this(id, username, roles, groups, Traits.NONE);
    }

    /** From a row with the columns {@code account_id, username, roles, groups} and those of {@link Traits}. */
    public static Person of(Row row) {
        return new Person(
                new UserId(row.getString("account_id")),
                row.getString("username"),
                List.of(row.getArrayOfStrings("roles")),
                List.of(row.getArrayOfStrings("groups")),
                Traits.of(row));
    }

    /** What the file calls {@code user.} and this name; empty where there is nothing to say. An address that nobody has verified is not told. */
    public Optional<Object> said(String name) {
        return switch (name) {
            case "username", "preferred_username" -> Optional.of(username);
            case "roles" -> Optional.<Object>of(roles).filter(any -> !roles.isEmpty());
            case "groups" -> Optional.<Object>of(groups).filter(any -> !groups.isEmpty());
            case "email" ->
                traits.email().filter(address -> traits.emailVerified()).map(Object.class::cast);
            case "email_verified" -> traits.email().map(address -> traits.emailVerified());
            default ->
                Optional.ofNullable(
                        StandardClaim.named(name).isPresent()
                                ? traits.profile().get(name)
                                : traits.attributes().get(name));
        };
    }
}
