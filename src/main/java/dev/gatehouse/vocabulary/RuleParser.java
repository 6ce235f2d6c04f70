package dev.gatehouse.vocabulary;

/** Reads a rule. */
public final class RuleParser {
    private RuleParser() {}

    public static Rule parse(String text) {
        throw new UnsupportedOperationException(text);
    }
}
