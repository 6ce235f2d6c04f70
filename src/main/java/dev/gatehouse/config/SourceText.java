package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import java.util.Arrays;
import java.util.Optional;

/** The text of a file by code points, as YAML counts: turns an index into line and column, and into the line to show. */
final class SourceText {
    private static final int WIDEST_EXCERPT = 140;
    private static final int LONGEST_LINE = 2000;

    private final String name;
    private final int[] codePoints;
    private final int[] lineStarts;

    SourceText(String name, String text) {
        this.name = name;
        this.codePoints = text.codePoints().toArray();
        this.lineStarts = lineStarts(codePoints);
    }

    String name() {
        return name;
    }

    String text() {
        return new String(codePoints, 0, codePoints.length);
    }

    int length() {
        return codePoints.length;
    }

    int at(int index) {
        return codePoints[index];
    }

    Position position(int index) {
        int line = line(index);
        return new Position(name, line + 1, index - lineStarts[line] + 1);
    }

    Place place(int from, int to) {
        return new Place.InFile(this, Math.min(Math.max(from, 0), codePoints.length), to);
    }

    /** The line where the run from {@code from} up to {@code to} begins; absent when nobody could read it. */
    Optional<Fault.Excerpt> excerpt(int from, int to) {
        int line = line(from);
        int begin = lineStarts[line];
        int end = endOfLine(line);
        if (end - begin > LONGEST_LINE) return Optional.empty();
        int length = Math.max(1, Math.min(to, end) - from);
        String shown = new String(codePoints, begin, end - begin);
        return Optional.of(window(MaskedLine.of(shown, from - begin, length)));
    }

    private int line(int index) {
        int found = Arrays.binarySearch(lineStarts, index);
        return found >= 0 ? found : -found - 2;
    }

    private int endOfLine(int line) {
        int end = line + 1 < lineStarts.length ? lineStarts[line + 1] : codePoints.length;
        while (end > lineStarts[line] && (codePoints[end - 1] == '\n' || codePoints[end - 1] == '\r')) end--;
        return end;
    }

    /** Long lines are cut around the run, so that a fault stays readable. */
    private static Fault.Excerpt window(MaskedLine line) {
        int[] shown = line.text().codePoints().toArray();
        int from = 0;
        int to = shown.length;
        if (shown.length > WIDEST_EXCERPT) {
            from = Math.max(0, Math.min(line.column() - WIDEST_EXCERPT / 2, shown.length - WIDEST_EXCERPT));
            to = Math.min(shown.length, from + WIDEST_EXCERPT);
        }
        String before = from > 0 ? "…" : "";
        String after = to < shown.length ? "…" : "";
        int column = line.column() - from + before.length();
        int length = Math.max(1, Math.min(line.length(), to - line.column()));
        return new Fault.Excerpt(before + new String(shown, from, to - from) + after, column + 1, length);
    }

    private static int[] lineStarts(int[] codePoints) {
        int[] starts = new int[codePoints.length + 1];
        int lines = 1;
        for (int i = 0; i < codePoints.length; i++) {
            boolean lineBreak = codePoints[i] == '\n'
                    || (codePoints[i] == '\r' && (i + 1 == codePoints.length || codePoints[i + 1] != '\n'));
            if (lineBreak) starts[lines++] = i + 1;
        }
        return Arrays.copyOf(starts, lines);
    }
}
