package dev.gatehouse.vocabulary;

import java.util.regex.Pattern;

/** Cuts the text of a rule into words, quoted texts, variables and signs. */
final class RuleScanner {
    enum Kind {
        WORD("a word"),
        QUOTED("a quoted text"),
        VARIABLE("a path variable"),
        OPEN("`(`"),
        CLOSE("`)`"),
        EQUALS("`=`"),
        END("the end of the rule");

        final String inWords;

        Kind(String inWords) {
            this.inWords = inWords;
        }
    }

    /** {@code text} is what is meant: without quotes, escapes and braces. */
    record Token(Kind kind, String text, int start, int end) {
        int length() {
            return end - start;
        }

        boolean is(String word) {
            return kind == Kind.WORD && text.equals(word);
        }

        /** How a fault names it. */
        String shown() {
            return kind == Kind.WORD ? "`" + text + "`" : kind.inWords;
        }
    }

    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String text;
    private int at;

    RuleScanner(String text) {
        this.text = text;
    }

    /** A word needs no quotes when it is made of these: what a scope may hold (RFC 6749 §3.3) less our own signs. */
    static boolean isWordCharacter(char c) {
        return c > 0x20 && c < 0x7f && "()=,{}'\"\\".indexOf(c) < 0;
    }

    Token next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
        if (at == text.length()) return new Token(Kind.END, "", at, at);
        char c = text.charAt(at);
        if (isWordCharacter(c)) return word();
        return switch (c) {
            case '(' -> sign(Kind.OPEN);
            case ')' -> sign(Kind.CLOSE);
            case '=' -> sign(Kind.EQUALS);
            case '\'', '"' -> quoted(c);
            case '{' -> variable();
            case ',' -> throw new RuleFault(at, 1, "`,` joins nothing", "write `and` or `or`");
            default ->
                throw new RuleFault(
                        at,
                        width(at),
                        "this character does not belong in a rule",
                        "put a name that holds it in quotes");
        };
    }

    private Token sign(Kind kind) {
        at++;
        return new Token(kind, text.substring(at - 1, at), at - 1, at);
    }

    private Token word() {
        int start = at;
        while (at < text.length() && isWordCharacter(text.charAt(at))) at++;
        return new Token(Kind.WORD, text.substring(start, at), start, at);
    }

    private Token quoted(char quote) {
        int start = at++;
        var meant = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at);
            if (c < 0x20 || c == 0x7f) throw new RuleFault(at, 1, "a control character cannot be part of a name", null);
            if (c == '\\') c = escaped();
            meant.append(c);
            at++;
        }
        if (at == text.length()) throw new RuleFault(start, at - start, "a quote is missing", "close it with " + quote);
        at++;
        return new Token(Kind.QUOTED, meant.toString(), start, at);
    }

    private char escaped() {
        boolean known = at + 1 < text.length() && "\\'\"".indexOf(text.charAt(at + 1)) >= 0;
        if (!known)
            throw new RuleFault(at, 1, "`\\` stands before a quote or another `\\`", "write `\\\\` for a backslash");
        at++;
        return text.charAt(at);
    }

    private Token variable() {
        int start = at;
        int close = text.indexOf('}', start);
        if (close < 0) throw new RuleFault(start, 1, "missing `}`", "write `{name}` for a variable of the path");
        at = close + 1;
        String name = text.substring(start + 1, close);
        if (!VARIABLE_NAME.matcher(name).matches())
            throw new RuleFault(
                    start, at - start, "`" + name + "` is not the name of a path variable", "put other text in quotes");
        return new Token(Kind.VARIABLE, name, start, at);
    }

    private int width(int offset) {
        return Character.charCount(text.codePointAt(offset));
    }
}
