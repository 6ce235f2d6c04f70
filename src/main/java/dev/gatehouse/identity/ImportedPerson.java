package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Somebody from a file who can be an account here: {@code row} is what the statement reads, with the columns' names. */
public record ImportedPerson(long line, String key, JsonObject row) {
    private static final Set<String> OWN =
            Set.of("username", "email", "email_verified", "password_hash", "roles", "groups", "made_at");
    private static final int MOST_WORDS = 100;
    private static final int LONGEST_WORD = 128;

    /** Nobody was made before computers kept accounts. */
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    /** @throws IllegalArgumentException or a refusal, with a sentence about what is wrong */
    static ImportedPerson of(ImportRow read, List<String> defaultRoles, String id, Instant now) {
        Map<String, Object> fields = read.fields();
        Username name = Username.parse(text(fields, "username"));
        var row = new JsonObject()
                .put("id", id)
                .put("username", name.value())
                .put("username_key", name.key())
                .put("roles", roles(fields, defaultRoles))
                .put("groups", words(fields, "groups"))
                .put("profile", Profile.changed(new JsonObject(), claims(fields), Set.of()))
                .put("made_at", madeAt(fields, now).toString());
        String email = text(fields, "email");
        if (!email.isEmpty()) row.put("email", EmailAddress.parse(email).value());
        row.put("email_verified", !email.isEmpty() && yes(fields.getOrDefault("email_verified", false)));
        String hash = text(fields, "password_hash");
        if (!hash.isEmpty()) {
            StoredHash.parse(hash);
            row.put("password_hash", hash);
        }
        return new ImportedPerson(read.line(), name.key(), row);
    }

    private static JsonArray roles(Map<String, Object> fields, List<String> byDefault) {
        if (!fields.containsKey("roles")) return new JsonArray(List.copyOf(byDefault));
        JsonArray roles = words(fields, "roles");
        for (Object role : roles)
            if (!Scopes.isScopeToken((String) role))
                throw new IllegalArgumentException("a role has no spaces, quotes or backslashes");
        return roles;
    }

    /** A list, or words with spaces between them. */
    private static JsonArray words(Map<String, Object> fields, String field) {
        Object value = fields.getOrDefault(field, List.of());
        List<?> words = value instanceof String text
                ? text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"))
                : value instanceof List<?> list ? list : List.of(value);
        if (words.size() > MOST_WORDS)
            throw new IllegalArgumentException("`" + field + "` has at most " + MOST_WORDS + " words");
        var known = new JsonArray();
        for (Object word : words) {
            if (!(word instanceof String text)
                    || text.isBlank()
                    || text.length() > LONGEST_WORD
                    || text.chars().anyMatch(Character::isISOControl))
                throw new IllegalArgumentException(
                        "`" + field + "` is a list of words of at most " + LONGEST_WORD + " characters");
            if (!known.contains(text)) known.add(text);
        }
        return known;
    }

    private static Map<String, Object> claims(Map<String, Object> fields) {
        var claims = new LinkedHashMap<String, Object>();
        fields.forEach((name, value) -> {
            if (!OWN.contains(name)) claims.put(name, value instanceof Map<?, ?> parts ? object(parts) : value);
        });
        return claims;
    }

    private static JsonObject object(Map<?, ?> parts) {
        var object = new JsonObject();
        parts.forEach((name, value) -> object.put(String.valueOf(name), value));
        return object;
    }

    private static Instant madeAt(Map<String, Object> fields, Instant now) {
        String text = text(fields, "made_at");
        if (text.isEmpty()) return now;
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (!time.isBefore(EARLIEST) && !time.isAfter(now)) return time;
        } catch (DateTimeException other) {
            // said below
        }
        throw new IllegalArgumentException("`made_at` is a time that is past, such as 2024-05-17T12:00:00Z");
    }

    private static boolean yes(Object value) {
        if (value instanceof Boolean said) return said;
        if (value.equals("true")) return true;
        if (value.equals("false")) return false;
        throw new IllegalArgumentException("`email_verified` is true or false");
    }

    private static String text(Map<String, Object> fields, String field) {
        Object value = fields.get(field);
        if (value == null) return "";
        if (value instanceof String text) return text.strip();
        throw new IllegalArgumentException("`" + field + "` is a text");
    }
}
