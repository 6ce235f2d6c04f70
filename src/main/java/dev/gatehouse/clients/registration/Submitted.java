package dev.gatehouse.clients.registration;

import static dev.gatehouse.clients.OAuthError.INVALID_CLIENT_METADATA;

import dev.gatehouse.tokens.StrictJson;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Metadata as somebody sent them: looked at member by member, each of the type it has to be and within bounds. Members nobody asks for are never looked at. */
record Submitted(Map<String, Object> members) {
    static final int LONGEST_TEXT = 2048;
    static final int MOST_OF_A_LIST = 32;

    static Submitted of(Buffer body) {
        try {
            return new Submitted(StrictJson.object(body.getBytes()));
        } catch (StrictJson.Malformed malformed) {
            throw INVALID_CLIENT_METADATA.because("the metadata cannot be read: " + malformed.getMessage());
        }
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Set<String> names() {
        return members.keySet();
    }

    Optional<String> text(String name) {
        Object value = members.get(name);
        return value == null ? Optional.empty() : Optional.of(text(name, value));
    }

    /** Absent where the member is; each text once. */
    Optional<List<String>> texts(String name) {
        Object value = members.get(name);
        if (value == null) return Optional.empty();
        if (!(value instanceof List<?> list)) throw wrong(name, "a list of strings");
        if (list.size() > MOST_OF_A_LIST)
            throw INVALID_CLIENT_METADATA.because(name + " has more than " + MOST_OF_A_LIST + " entries");
        var texts = new LinkedHashSet<String>();
        for (Object each : list) texts.add(text(name, each));
        return Optional.of(new ArrayList<>(texts));
    }

    boolean flag(String name) {
        Object value = members.get(name);
        if (value == null) return false;
        if (value instanceof Boolean flag) return flag;
        throw wrong(name, "true or false");
    }

    Optional<Long> count(String name, long most) {
        Object value = members.get(name);
        if (value == null) return Optional.empty();
        if (value instanceof Long number && number >= 0 && number <= most) return Optional.of(number);
        throw wrong(name, "a number from 0 to " + most);
    }

    private static String text(String name, Object value) {
        if (!(value instanceof String text)) throw wrong(name, "a string");
        if (text.length() > LONGEST_TEXT || text.isEmpty())
            throw INVALID_CLIENT_METADATA.because(name + " must have 1 to " + LONGEST_TEXT + " characters");
        if (text.chars().anyMatch(Character::isISOControl))
            throw INVALID_CLIENT_METADATA.because(name + " has a control character");
        return text;
    }

    private static Refusal wrong(String name, String type) {
        return INVALID_CLIENT_METADATA.because(name + " must be " + type);
    }
}
