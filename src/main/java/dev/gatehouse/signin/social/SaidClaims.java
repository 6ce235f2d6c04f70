package dev.gatehouse.signin.social;

import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.identity.EmailAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a provider says of somebody, in the ID token first and then in its user info. */
record SaidClaims(Map<String, Object> first, Map<String, Object> then) {
    /** More values of one claim than this are not looked at. */
    static final int MOST_VALUES = 1_000;

    Optional<String> text(String name) {
        return value(name).filter(String.class::isInstance).map(String.class::cast);
    }

    /** One that cannot be a mail address is none. */
    Optional<EmailAddress> email() {
        return text("email").flatMap(text -> {
            try {
                return Optional.of(new EmailAddress(text));
            } catch (IllegalArgumentException wrong) {
                return Optional.empty();
            }
        });
    }

    /** Only in so many words, and by whoever said the address. */
    boolean emailVerified() {
        Object said = (first.containsKey("email") ? first : then).get("email_verified");
        return Boolean.TRUE.equals(said) || "true".equals(said);
    }

    /** Those of ours that the provider's claim gives; none where the file says nothing of roles. */
    List<String> roles(LoginProvider provider) {
        var given = new LinkedHashSet<String>();
        provider.rolesFrom().flatMap(this::value).ifPresent(said -> {
            List<?> values = said instanceof List<?> list ? list : List.of(said);
            values.stream().limit(MOST_VALUES).forEach(value -> {
                String role = value instanceof String text ? provider.roles().get(text) : null;
                if (role != null) given.add(role);
            });
        });
        return List.copyOf(given);
    }

    private Optional<Object> value(String name) {
        return at(first, name).or(() -> at(then, name));
    }

    /** By its whole name, or from object to object. */
    private static Optional<Object> at(Map<?, ?> claims, String name) {
        if (claims.get(name) != null) return Optional.of(claims.get(name));
        int dot = name.indexOf('.');
        return dot > 0 && claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
                ? at(inner, name.substring(dot + 1))
                : Optional.empty();
    }
}
