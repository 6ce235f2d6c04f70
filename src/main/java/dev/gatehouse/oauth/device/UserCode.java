package dev.gatehouse.oauth.device;

import dev.gatehouse.store.OneTime;
import io.vertx.core.buffer.Buffer;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/**
 * What a person types from a screen (RFC 8628 §6.1): eight of twenty consonants, so that no word comes up and nothing is mistaken for a digit; more than 34 bits.
 */
record UserCode(String letters) {
    private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    private static final int LENGTH = 8;
    private static final int LONGEST_TYPED = 64;

    static UserCode fresh(SecureRandom random) {
        var letters = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        return new UserCode(letters.toString());
    }

    /** As people write: in any case, with anything in between. Empty for what is no code. */
    static Optional<UserCode> typed(String text) {
        if (text.length() > LONGEST_TYPED) return Optional.empty();
        String letters = text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
        boolean code = letters.length() == LENGTH && letters.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return code ? Optional.of(new UserCode(letters)) : Optional.empty();
    }

    /** As it is shown. */
    String shown() {
        return letters.substring(0, LENGTH / 2) + '-' + letters.substring(LENGTH / 2);
    }

    /** What is stored. */
    Buffer hash() {
        return OneTime.hash(letters);
    }
}
