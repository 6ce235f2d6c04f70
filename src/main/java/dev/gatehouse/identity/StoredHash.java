package dev.gatehouse.identity;

import java.util.Base64;
import java.util.List;

/**
 * What is stored of a password: ours, or one that came along from where the person was before. Each kind knows how to be read, what it may cost at most and how a password
 * is held against it (decision 0212).
 */
interface StoredHash {
    /** No hash is longer as text. */
    int LONGEST = 512;

    /** Longer passwords are not held against what came from elsewhere. */
    int LONGEST_PASSWORD = 1024;

    /** How one kind is written. */
    interface Kind {
        boolean isStartOf(String text);

        /** @throws IllegalArgumentException with a sentence about what is wrong with it */
        StoredHash read(String text);
    }

    /** All that are known; made when the first hash is read, for each of them is a hash itself. */
    final class Kinds {
        private static final List<Kind> ALL =
                List.of(Argon2Hash.KIND, BcryptHash.KIND, Pbkdf2Hash.KIND, ScryptHash.KIND, Apr1Hash.KIND);

        private Kinds() {}
    }

    boolean isOf(Password password, Argon2 argon2);

    /** Whether it is made the way that we make them today. */
    default boolean isOfToday(Argon2Hash.Cost cost) {
        return false;
    }

    /** @throws IllegalArgumentException with a sentence about what is wrong with it, which names nothing of it */
    static StoredHash parse(String text) {
        if (text.length() > LONGEST)
            throw new IllegalArgumentException("a hash has at most " + LONGEST + " characters");
        if (text.chars().anyMatch(c -> c <= ' ' || c > '~'))
            throw new IllegalArgumentException("a hash has letters, digits and signs of ASCII only");
        for (Kind kind : Kinds.ALL) if (kind.isStartOf(text)) return kind.read(text);
        throw new IllegalArgumentException("no hash of a kind that is known here");
    }

    /** A whole number of a hash's parameters, which are digits. */
    static int number(String digits, int least, int most, String what) {
        long number = digits.length() > 9 ? Long.MAX_VALUE : Long.parseLong(digits);
        if (number < least || number > most)
            throw new IllegalArgumentException(what + " must be " + least + " to " + most);
        return (int) number;
    }

    /** Of letters that a pattern has let through; there may still be one too many. */
    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException broken) {
            throw new IllegalArgumentException("the base64 of a hash is cut off or too long");
        }
    }
}
