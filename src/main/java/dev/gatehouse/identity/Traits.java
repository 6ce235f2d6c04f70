package dev.gatehouse.identity;

import io.vertx.sqlclient.Row;
import java.util.Map;
import java.util.Optional;

/**
 * What else is known of a person. {@code profile} is what they say of themselves, {@code attributes} what operators say of them; {@code terms} is the version that
 * they accepted last.
 */
public record Traits(
        Optional<String> email,
        boolean emailVerified,
        Optional<String> terms,
        Map<String, Object> profile,
        Map<String, Object> attributes) {
    static final Traits NONE = new Traits(Optional.empty(), false, Optional.empty(), Map.of(), Map.of());

    public Traits {
        profile = Map.copyOf(profile);
        attributes = Map.copyOf(attributes);
    }

    /** From a row with the columns {@code email, email_verified, terms_version, profile, attributes}. */
    static Traits of(Row row) {
        return new Traits(
                Optional.ofNullable(row.getString("email")),
                row.getBoolean("email_verified"),
                Optional.ofNullable(row.getString("terms_version")),
                row.getJsonObject("profile").getMap(),
                row.getJsonObject("attributes").getMap());
    }

    /** An address is there, and nobody knows yet whose it is. */
    public boolean isMailUnverified() {
        return email.isPresent() && !emailVerified;
    }
}
