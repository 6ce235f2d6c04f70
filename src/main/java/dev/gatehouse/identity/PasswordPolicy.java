package dev.gatehouse.identity;

import com.nulabinc.zxcvbn.StandardDictionaries;
import dev.gatehouse.vocabulary.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which passwords may be set: long enough, and not what is tried first. No rules of composition (NIST SP 800-63B §3.1.1.2). What is tried first are the common
 * passwords and the person's own name, also when repeated, padded or followed by digits.
 */
public record PasswordPolicy(int minLength) {
    static final int LONGEST = 256;
    private static final String PRODUCT = "gatehouse";
    /** A unit this short makes no password, however often it is repeated. */
    private static final int SHORT_UNIT = 3;

    /** About 30 000 passwords found in breaches, loaded when the first password is judged. */
    private static final class Common {
        static final Set<String> PASSWORDS = load();

        private static Set<String> load() {
            try {
                var passwords = new HashSet<>(
                        StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies());
                passwords.add(PRODUCT);
                return passwords;
            } catch (IOException broken) {
                throw new UncheckedIOException("the list of common passwords cannot be read", broken);
            }
        }
    }

    /** Returns if this password may be this person's, refuses otherwise. */
    public void check(Password password, Username name) {
        if (password.length() < minLength)
            throw Reason.PASSWORD_TOO_SHORT.because(
                    "A password has at least " + minLength + " characters; a few words are better than one.");
        if (password.length() > LONGEST)
            throw Reason.PASSWORD_TOO_LONG.because("A password has at most " + LONGEST + " characters.");
        String text = password.nfc().reveal().toLowerCase(Locale.ROOT);
        if (comesFrom(text, names(name)::contains))
            throw Reason.PASSWORD_IS_NAME.because("The password must not be made of the name.");
        if (unitLength(text) <= SHORT_UNIT || comesFrom(text, Common.PASSWORDS::contains))
            throw Reason.PASSWORD_COMMON.because("This password is among those that are tried first.");
    }

    private static Set<String> names(Username name) {
        String key = name.key();
        int at = key.indexOf('@');
        return at > 0 ? Set.of(key, key.substring(0, at)) : Set.of(key);
    }

    /** Whether text is one of {@code known}, or becomes one when repetition, padding and digits at the end are taken away. */
    private static boolean comesFrom(String text, Predicate<String> known) {
        if (text.isEmpty()) return false;
        if (known.test(text)) return true;
        int unit = unitLength(text);
        if (unit < text.length() && comesFrom(text.substring(0, unit), known)) return true;
        String withoutPadding = withoutPadding(text);
        if (withoutPadding.length() < text.length() && comesFrom(withoutPadding, known)) return true;
        String withoutDigits = withoutDigitsAtEnd(text);
        return withoutDigits.length() < text.length() && comesFrom(withoutDigits, known);
    }

    /** Length of the shortest text that gives this one when repeated, the last time perhaps cut short. */
    private static int unitLength(String text) {
        for (int unit = 1; unit < text.length(); unit++) {
            if (text.startsWith(text.substring(unit))) return unit;
        }
        return text.length();
    }

    /** Without characters that are neither letter nor digit, or three or more of the same, at either end. */
    private static String withoutPadding(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && !Character.isLetterOrDigit(text.codePointAt(start)))
            start += Character.charCount(text.codePointAt(start));
        while (start < end && !Character.isLetterOrDigit(text.codePointBefore(end)))
            end -= Character.charCount(text.codePointBefore(end));
        if (end - start < text.length()) return text.substring(start, end);
        while (start < end && text.charAt(start) == text.charAt(0)) start++;
        while (end > start && text.charAt(end - 1) == text.charAt(text.length() - 1)) end--;
        return text.substring(start >= 3 ? start : 0, text.length() - end >= 3 ? end : text.length());
    }

    private static String withoutDigitsAtEnd(String text) {
        int end = text.length();
        while (end > 0 && Character.isDigit(text.charAt(end - 1))) end--;
        return text.substring(0, end);
    }
}
