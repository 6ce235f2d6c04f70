package dev.gatehouse.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of text for people: columns as wide as they need to be, no lines drawn. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    /** The members named by {@code columns}, one row each, under a heading. */
    static String of(List<String> columns, List<JsonObject> rows) {
        var lines = new ArrayList<List<String>>();
        lines.add(columns.stream()
                .map(name -> name.replace('_', ' ').toUpperCase(Locale.ROOT))
                .toList());
        for (JsonObject row : rows)
            lines.add(columns.stream().map(name -> cell(row.getValue(name))).toList());
        return aligned(lines);
    }

    /** The members of one thing, one line each. */
    static String of(JsonObject thing) {
        return aligned(thing.stream()
                .map(member -> List.of(member.getKey().replace('_', ' '), cell(member.getValue())))
                .toList());
    }

    private static String aligned(List<List<String>> lines) {
        var text = new StringBuilder();
        for (List<String> line : lines) text.append(row(line, lines)).append('\n');
        return text.toString();
    }

    private static String row(List<String> line, List<List<String>> lines) {
        var row = new StringBuilder();
        for (int column = 0; column < line.size(); column++) {
            row.append(line.get(column))
                    .append(" ".repeat(width(column, lines) - length(line.get(column))))
                    .append(GAP);
        }
        return row.toString().stripTrailing();
    }

    private static int width(int column, List<List<String>> lines) {
        return lines.stream().mapToInt(line -> length(line.get(column))).max().orElse(0);
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Control characters would let a stored value draw on the terminal. */
    private static String cell(@Nullable Object value) {
        if (value == null) return "-";
        if (value instanceof JsonArray list)
            return list.isEmpty() ? "-" : list.stream().map(Table::cell).collect(Collectors.joining(" "));
        String text = value.toString().replaceAll("\\p{Cntrl}", "\uFFFD");
        return text.isEmpty() ? "-" : text;
    }
}
