package dev.gatehouse.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line fit to be shown on a terminal and kept in a log: secrets become {@code …}, control and format characters (terminal escapes, text
 * that runs backwards) become dots. Column and length, counted in code points from 0, follow the text.
 */
record MaskedLine(String text, int column, int length) {
    private static final String MASK = "…";
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?:^|[\\s{,\"'])(?:[a-z_]*secret|master|password|smtp)[\"']?\\s*:\\s+");
    private static final Pattern NO_SECRET = Pattern.compile("file:|[\\[{|>#]|(?:on|off|true|false)(?:$|[\\s,}])");
    private static final Pattern URL_PASSWORD = Pattern.compile("://[^\\s/@:]*:(?!\\$\\{[A-Za-z0-9_]*}@)([^\\s\"']+)@");

    static MaskedLine of(String line, int column, int length) {
        var masked = new MaskedLine(printable(line), column, length).withoutUrlPasswords();
        int from = 0;
        while (true) {
            Matcher key = SECRET_KEY.matcher(masked.text);
            if (!key.find(from)) return masked;
            masked = masked.withoutValueAt(key.end());
            from = key.end();
        }
    }

    /** A sentence that may name a value: without passwords in URLs, and printable. */
    static String sentence(String text) {
        return new MaskedLine(printable(text), 0, 0).withoutUrlPasswords().text;
    }

    /** The same text without what a terminal would act upon. */
    static String printable(String text) {
        var clean = new StringBuilder();
        text.codePoints().map(MaskedLine::printable).forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private MaskedLine withoutUrlPasswords() {
        MaskedLine masked = this;
        int from = 0;
        while (true) {
            Matcher password = URL_PASSWORD.matcher(masked.text);
            if (!password.find(from)) return masked;
            masked = masked.without(password.start(1), password.end(1));
            from = password.start(1) + MASK.length();
        }
    }

    /** The value that begins at {@code start} is a secret, as far as it stands there in clear text. */
    private MaskedLine withoutValueAt(int start) {
        if (start >= text.length()) return this;
        char quote = text.charAt(start);
        boolean quoted = quote == '"' || quote == '\'';
        int from = quoted ? start + 1 : start;
        int to = quoted ? closing(quote, from) : endOfPlain(start);
        if (text.startsWith("${", from)) {
            int fallback = text.indexOf(":-", from);
            int end = text.indexOf('}', from);
            if (fallback < 0 || end < fallback || text.startsWith("file:", fallback + 2)) return this;
            return without(fallback + 2, end);
        }
        Matcher open = NO_SECRET.matcher(text).region(from, text.length());
        return open.lookingAt() ? this : without(from, to);
    }

    private int closing(char quote, int from) {
        for (int i = from; i < text.length(); i++) {
            if (quote == '"' && text.charAt(i) == '\\') i++;
            else if (text.charAt(i) == quote) return i;
        }
        return text.length();
    }

    /** A comment ends it; so do a comma and a brace where the line has opened one. */
    private int endOfPlain(int from) {
        boolean flow = text.lastIndexOf('{', from) >= 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (flow && (c == ',' || c == '}')) return i;
            if (c == '#' && text.charAt(i - 1) == ' ') return i - 1;
        }
        return text.length();
    }

    private MaskedLine without(int start, int end) {
        if (end <= start) return this;
        int from = text.codePointCount(0, start);
        int to = text.codePointCount(0, end);
        int begin = moved(column, from, to);
        int length = Math.max(1, moved(column + this.length, from, to) - begin);
        return new MaskedLine(text.substring(0, start) + MASK + text.substring(end), begin, length);
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
