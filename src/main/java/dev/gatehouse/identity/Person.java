package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.UserId;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Somebody who is signed in, as far as tokens tell of them. */
public record Person(UserId id, String username, List<String> roles, List<String> groups) {
    public Person {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }

    /** From a row with the columns {@code account_id, username, roles, groups}. */
    public static Person of(Row row) {
        return new Person(
                new UserId(row.getString("account_id")),
                row.getString("username"),
                List.of(row.getArrayOfStrings("roles")),
                List.of(row.getArrayOfStrings("groups")));
    }
}
