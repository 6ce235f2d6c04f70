package dev.gatehouse.config;

/**
 * Where each character of a scalar's value was written. Whatever the style, the characters that are not white space stand in the file in the
 * same order, so one walk along both finds every one; escapes and doubled quotes count as the character they mean (YAML 1.2.2 §5.7, §7.3).
 */
final class Alignment {
    private final SourceText source;
    private final Node.Scalar scalar;
    private int at;

    private Alignment(SourceText source, Node.Scalar scalar) {
        this.source = source;
        this.scalar = scalar;
        this.at = firstCharacter();
    }

    /** One index per character of the value, and one more for its end. */
    static int[] of(SourceText source, Node.Scalar scalar) {
        return new Alignment(source, scalar).walk();
    }

    private int[] walk() {
        String text = scalar.text();
        int[] written = new int[text.length() + 1];
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePointAt(i);
            if (!blank(c)) skipBlanks();
            written[i] = clamped(at);
            if (!blank(c) || (at < scalar.to() && (blank(source.at(at)) || escapeHere()))) at += width();
            if (Character.isSupplementaryCodePoint(c)) written[++i] = written[i - 1];
        }
        written[text.length()] = clamped(at);
        return written;
    }

    private int firstCharacter() {
        int start = scalar.from();
        switch (scalar.style()) {
            case SINGLE, DOUBLE -> start++;
            case BLOCK -> {
                while (start < scalar.to() && source.at(start) != '\n' && source.at(start) != '\r') start++;
            }
            case PLAIN -> {}
        }
        return start;
    }

    private void skipBlanks() {
        while (at < scalar.to() && (blank(source.at(at)) || lineJoin())) at++;
    }

    /** A backslash before the end of a line joins two lines of a double-quoted text. */
    private boolean lineJoin() {
        return escapeHere() && at + 1 < scalar.to() && (source.at(at + 1) == '\n' || source.at(at + 1) == '\r');
    }

    private boolean escapeHere() {
        return scalar.style() == Node.Scalar.Style.DOUBLE && source.at(at) == '\\';
    }

    private int width() {
        if (at >= scalar.to()) return 0;
        if (scalar.style() == Node.Scalar.Style.SINGLE && source.at(at) == '\'') return 2;
        if (!escapeHere() || at + 1 >= scalar.to()) return 1;
        return switch (source.at(at + 1)) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            default -> 2;
        };
    }

    private int clamped(int index) {
        return Math.min(index, Math.max(scalar.from(), scalar.to()));
    }

    private static boolean blank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
