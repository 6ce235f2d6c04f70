package dev.gatehouse.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line fit to be shown on a terminal and kept in a log: secrets become {@code …}, control and format characters (terminal escapes, text
 * that runs backwards) become dots. Column and length, counted in code points from 0, follow the text.
 */
record MaskedLine(String text, int column, int length) {
    private static final String SECRET_KEY = "(?:^|[\\s{,\"'])(?:[a-z_]*secret|master|password|smtp)[\"']?\\s*:\\s+";
    private static final String PLAIN =
            "(?!\\$\\{|file:|[{|>#]|(?:on|off|true|false)\\b)([^\\s,}][^#,}]*?)\\s*(?:$|[,}]|\\s#)";

    /** Each has the secret as its only group. */
    private static final List<Pattern> SECRETS = List.of(
            Pattern.compile(SECRET_KEY + "\"((?!\\$\\{|file:)(?:[^\"\\\\]|\\\\.)*)(?:\"|$)"),
            Pattern.compile(SECRET_KEY + "'((?!\\$\\{|file:)[^']*)(?:'|$)"),
            Pattern.compile(SECRET_KEY + "(?![\"'])" + PLAIN),
            Pattern.compile(SECRET_KEY + "[\"']?\\$\\{[^}]*?:-(?!file:)([^}]+)\\}"),
            Pattern.compile("://[^\\s/@:]*:(?!\\$\\{)([^\\s/@]+)@"));

    static MaskedLine of(String line, int column, int length) {
        var masked = new MaskedLine(printable(line), column, length);
        for (Pattern secret : SECRETS) masked = masked.without(secret);
        return masked;
    }

    /** The same text without what a terminal would act upon. */
    static String printable(String text) {
        var clean = new StringBuilder();
        text.codePoints().map(MaskedLine::printable).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private MaskedLine without(Pattern secret) {
        Matcher matcher = secret.matcher(text);
        if (!matcher.find() || matcher.group(1).isEmpty() || matcher.group(1).equals("…")) return this;
        int from = text.codePointCount(0, matcher.start(1));
        int to = text.codePointCount(0, matcher.end(1));
        int begin = moved(column, from, to);
        int end = moved(column + length, from, to);
        String shown = text.substring(0, matcher.start(1)) + "…" + text.substring(matcher.end(1));
        return new MaskedLine(shown, begin, Math.max(1, end - begin));
    }

    private static int moved(int index, int from, int to) {
        if (index <= from) return index;
        return index < to ? from : index - (to - from) + 1;
    }

    private static int printable(int c) {
        if (c == '\t') return ' ';
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE ? '·' : c;
    }
}
