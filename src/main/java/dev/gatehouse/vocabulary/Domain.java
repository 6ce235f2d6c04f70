package dev.gatehouse.vocabulary;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** Domains of mail addresses, each in one spelling: ASCII in lower case (RFC 5890 §2.3.2.1). */
public final class Domain {
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    private Domain() {}

    /** Empty for what is none, and for what only looks like another one: letters that a mail server would not take for the same are not made the same here. */
    public static Optional<String> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        try {
            String ascii = IDN.toASCII(lower, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            boolean same = ascii.equals(lower) || IDN.toUnicode(ascii).equals(lower);
            return same && ascii.length() <= 253 && ascii.matches(LABEL + "(?:\\." + LABEL + ")*")
                    ? Optional.of(ascii)
                    : Optional.empty();
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }
}
