package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A login name as typed: 1 to 64 of {@code A-Z a-z 0-9 . _ @ + -}. Two names differ by more than case, so {@link #key()} is what is compared. */
public record Username(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");

    public Username {
        if (!GRAMMAR.matcher(value).matches()) throw new IllegalArgumentException("not a username");
    }

    /** The name to register, or why it cannot be one. */
    public static Username parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        Reason.USERNAME_INVALID.because("A name has 1 to 64 letters, digits or any of . _ @ + -"));
    }

    /** Empty for text that no account can have as its name. */
    public static Optional<Username> find(String text) {
        return GRAMMAR.matcher(text).matches() ? Optional.of(new Username(text)) : Optional.empty();
    }

    public String key() {
        return value.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return value;
    }
}
