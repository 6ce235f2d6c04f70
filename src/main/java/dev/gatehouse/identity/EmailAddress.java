package dev.gatehouse.identity;

import dev.gatehouse.vocabulary.Reason;
import java.util.regex.Pattern;

/** A mail address, checked for shape only: whether it takes mail is found out by sending one (RFC 5321 §4.5.3.1.3 for the length). */
public record EmailAddress(String value) {
    private static final Pattern SHAPE = Pattern.compile("[^\\s@\\p{Cntrl}<>\"]{1,64}@[^\\s@\\p{Cntrl}<>\"]{1,253}");
    private static final int LONGEST = 254;

    public EmailAddress {
        if (value.length() > LONGEST || !SHAPE.matcher(value).matches())
            throw new IllegalArgumentException("not a mail address");
    }

    public static EmailAddress parse(String text) {
        try {
            return new EmailAddress(text);
        } catch (IllegalArgumentException wrong) {
            throw Reason.EMAIL_INVALID.because("Write a mail address like alice@example.com");
        }
    }

    /** What stands behind the sign. */
    String domain() {
        return value.substring(value.indexOf('@') + 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
