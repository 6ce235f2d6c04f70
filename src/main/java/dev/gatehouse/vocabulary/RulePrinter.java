package dev.gatehouse.vocabulary;

/** Writes a rule. */
public final class RulePrinter {
    private RulePrinter() {}

    public static String print(Rule rule) {
        throw new UnsupportedOperationException(rule.toString());
    }
}
