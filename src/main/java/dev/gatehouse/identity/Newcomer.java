package dev.gatehouse.identity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who is to have an account; without a password they sign in another way. {@code emailVerified} counts where nobody else has verified the address. {@code
 * terms} is the version that they have accepted.
 */
public record Newcomer(
        Username name,
        Optional<Password> password,
        Optional<EmailAddress> email,
        boolean emailVerified,
        List<String> roles,
        List<String> groups,
        Optional<String> terms) {
    public Newcomer {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }

    public static Newcomer of(Username name, Password password, Optional<EmailAddress> email, List<String> roles) {
        return new Newcomer(name, Optional.of(password), email, false, roles, List.of(), Optional.empty());
    }

    /** With these roles besides. */
    Newcomer with(List<String> more) {
        var all = new LinkedHashSet<>(roles);
        all.addAll(more);
        return new Newcomer(name, password, email, emailVerified, new ArrayList<>(all), groups, terms);
    }
}
