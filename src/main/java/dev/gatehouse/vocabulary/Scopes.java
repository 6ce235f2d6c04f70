package dev.gatehouse.vocabulary;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A set of scopes in the order they were named (RFC 6749 §3.3): {@code scope-token = 1*( %x21 / %x23-5B / %x5D-7E )}, separated by single
 * spaces on the wire.
 */
public record Scopes(Set<String> values) {
    public static final Scopes NONE = new Scopes(Set.of());

    public Scopes {
        values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
        for (String value : values) {
            if (!isScopeToken(value)) throw new IllegalArgumentException("not a scope: " + value);
        }
    }

    public static Scopes of(Collection<String> values) {
        return new Scopes(new LinkedHashSet<>(values));
    }

    /** Reads the wire form; empty text is no scope at all. */
    public static Scopes parse(String text) {
        if (text.isEmpty()) return NONE;
        var values = new LinkedHashSet<String>();
        for (String value : text.split(" ", -1)) {
            if (!value.isEmpty()) values.add(value);
        }
        return new Scopes(values);
    }

    public static boolean isScopeToken(String text) {
        if (text.isEmpty()) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x21 || c > 0x7e || c == '"' || c == '\\') return false;
        }
        return true;
    }

    public boolean has(String scope) {
        return values.contains(scope);
    }

    public boolean covers(Scopes wanted) {
        return values.containsAll(wanted.values);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** The wire form: joined by single spaces. */
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}
