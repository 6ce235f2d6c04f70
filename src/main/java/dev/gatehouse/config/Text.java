package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text of a value, every character of which knows its place: a fault in the middle of a quoted, folded or substituted rule is still
 * pointed at where it was written.
 */
final class Text {
    private final @Nullable SourceText source;
    private final String origin;
    private final String text;
    private final int[] written;
    private final boolean[] clear;

    private Text(@Nullable SourceText source, String origin, String text, int[] written, boolean[] clear) {
        this.source = source;
        this.origin = origin;
        this.text = text;
        this.written = written;
        this.clear = clear;
    }

    /** As it stands in the file. */
    static Text of(SourceText source, Node.Scalar scalar) {
        String origin = source.position(scalar.from()).toString();
        var clear = new boolean[scalar.text().length()];
        Arrays.fill(clear, true);
        return new Text(source, origin, scalar.text(), Alignment.of(source, scalar), clear);
    }

    /** From a flag, the environment, or a default. */
    static Text of(String origin, String text) {
        return new Text(null, origin, text, new int[text.length() + 1], new boolean[text.length()]);
    }

    /** The same value with its placeholders replaced. */
    Text filled(String value, int[] places, boolean[] inFile, String from) {
        return new Text(source, from, value, places, inFile);
    }

    /** A part of it, such as one word. */
    Text part(int from, int to) {
        return new Text(
                source,
                origin,
                text.substring(from, to),
                Arrays.copyOfRange(written, from, to + 1),
                Arrays.copyOfRange(clear, from, to));
    }

    String text() {
        return text;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /** {@code config/gatehouse.yaml:12:14}, a flag, a variable, or {@code default}. */
    String origin() {
        return origin;
    }

    /** Line and column where it begins. */
    Position position() {
        return place().at();
    }

    /** Where in the file the character at {@code offset}, or the end, was written. */
    int written(int offset) {
        return written[Math.min(offset, text.length())];
    }

    /** The characters from {@code offset} on; a length of 0 means all of the text. */
    Place place(int offset, int length) {
        if (source == null) return Place.of(origin);
        if (length == 0) return source.place(written(0), written(text.length()));
        int to = Math.min(offset + length, text.length());
        int end = to > offset ? written(to - 1) + 1 : written(offset) + 1;
        return source.place(written(offset), Math.max(end, written(offset) + 1));
    }

    Place place() {
        return place(0, 0);
    }

    /** Whether somebody who reads the file reads all of this run. */
    boolean standsInFile(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!clear[i]) return false;
        }
        return to > from;
    }
}
