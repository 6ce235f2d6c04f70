package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does a claim say this? An array says each of its elements; numbers and booleans are compared with how JSON writes them. */
final class ClaimQuestion implements Clause.Question {
    private static final int SHOWN = 200;

    /** Gives the text to compare with, or null when it is not known. */
    @FunctionalInterface
    interface Expected {
        @Nullable
        String from(Facts facts);
    }

    private final String name;
    private final Expected expected;

    ClaimQuestion(String name, Expected expected) {
        this.name = name;
        this.expected = expected;
    }

    /**
     * A segment with a {@code ;} is one text to us and another to a server that drops parameters, so it equals nothing and differs from nothing.
     */
    static @Nullable String variable(Facts facts, String name) {
        String value = facts.variables().value(name);
        return value == null || value.indexOf(';') >= 0 ? null : value;
    }

    @Override
    public Answer ask(Claims claims, Facts facts) {
        String text = expected.from(facts);
        if (text == null) return Answer.UNKNOWN;
        Object claim = claims.all().get(name);
        if (claim instanceof String single) return Answer.of(single.equals(text));
        if (!(claim instanceof List<?> elements)) return Answer.of(says(claim, text));
        for (Object element : elements) {
            if (says(element, text)) return Answer.YES;
        }
        return Answer.NO;
    }

    String found(Claims claims) {
        Object claim = claims.all().get(name);
        if (claim == null) return "the token has no such claim";
        String text = claim.toString();
        return "the claim is " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
    }

    private static boolean says(@Nullable Object claim, String text) {
        if (claim instanceof String || claim instanceof Boolean || claim instanceof Long || claim instanceof Integer)
            return claim.toString().equals(text);
        return claim instanceof Double number && text.equals(decimal(number));
    }

    /** {@code 1.0} and {@code 1} are one number in JSON. */
    private static String decimal(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1L << 53;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }
}
