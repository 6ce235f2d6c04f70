package dev.gatehouse.identity;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** People in comma-separated values (RFC 4180): the first row names the columns; a field with commas, quotes or line ends stands in quotes, which are doubled within. */
final class CsvRows implements ImportRow.Source {
    static final int MOST_COLUMNS = 64;
    private static final int LONGEST_NAME = 256;

    private final PushbackReader in;
    private long line = 1;
    private boolean tooLong;
    private @Nullable List<String> columns;

    CsvRows(Reader in) {
        this.in = new PushbackReader(in, 1);
    }

    /** What is wrong with a row, and with nothing after it. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String why) {
            super(why, null, false, false);
        }
    }

    @Override
    public @Nullable ImportRow next() throws IOException {
        while (true) {
            long began = line;
            try {
                Optional<List<String>> read = row();
                if (read.isEmpty()) return null;
                List<String> fields = read.get();
                String fault = fault(fields);
                if (columns == null) columns = heading(fields, fault);
                else if (!fault.isEmpty()) return ImportRow.wrong(began, fault);
                else if (fields.size() > 1 || !fields.get(0).isEmpty()) return person(began, fields, columns);
            } catch (Broken row) {
                skipLine();
                if (columns == null) throw noHeading(String.valueOf(row.getMessage()));
                return ImportRow.wrong(began, String.valueOf(row.getMessage()));
            }
        }
    }

    private String fault(List<String> fields) {
        if (tooLong) return "a row has at most " + ImportRow.LONGEST + " characters";
        return fields.size() > MOST_COLUMNS ? "a row has at most " + MOST_COLUMNS + " fields" : "";
    }

    private static List<String> heading(List<String> names, String fault) throws IOException {
        if (!fault.isEmpty()) throw noHeading(fault);
        var columns = names.stream().map(String::strip).toList();
        if (new HashSet<>(columns).size() < columns.size()) throw new IOException("two columns have the same name");
        if (columns.stream().anyMatch(name -> name.length() > LONGEST_NAME))
            throw new IOException("the name of a column has at most " + LONGEST_NAME + " characters");
        return columns;
    }

    private static IOException noHeading(String why) {
        return new IOException("the first row names no columns: " + why);
    }

    private static ImportRow person(long began, List<String> fields, List<String> columns) {
        if (fields.size() != columns.size())
            return ImportRow.wrong(began, "there are " + fields.size() + " fields for " + columns.size() + " columns");
        var named = new LinkedHashMap<String, Object>();
        for (int i = 0; i < fields.size(); i++) if (!fields.get(i).isEmpty()) named.put(columns.get(i), fields.get(i));
        return ImportRow.of(began, named);
    }

    /** Empty at the end of the file. A row that is too long is read to its end all the same: what stands in its quotes is no row. */
    private Optional<List<String>> row() throws IOException, Broken {
        tooLong = false;
        int first = in.read();
        if (first < 0) return Optional.empty();
        in.unread(first);
        var fields = new ArrayList<String>();
        int left = ImportRow.LONGEST;
        while (true) {
            var field = new StringBuilder();
            int end = field(field, left);
            left = Math.max(0, left - field.length() - 1);
            if (fields.size() <= MOST_COLUMNS) fields.add(field.toString());
            if (end != ',') return Optional.of(fields);
        }
    }

    /** Returns what ended the field: a comma, a line feed, or -1. */
    private int field(StringBuilder field, int left) throws IOException, Broken {
        int c = in.read();
        if (c == '"') return quoted(field, left);
        for (; ; c = in.read()) {
            if (c == ',' || c < 0) return c;
            if (isEnd(c)) return '\n';
            if (c == '"') throw new Broken("a quote stands within a field that is not quoted");
            take(field, c, left);
        }
    }

    private int quoted(StringBuilder field, int left) throws IOException, Broken {
        while (true) {
            int c = in.read();
            if (c < 0) throw new Broken("a quote is not closed");
            if (c == '\n') line++;
            if (c != '"') {
                take(field, c, left);
                continue;
            }
            c = in.read();
            if (c == '"') {
                take(field, c, left);
                continue;
            }
            if (c == ',' || c < 0) return c;
            if (isEnd(c)) return '\n';
            in.unread(c);
            throw new Broken("something stands between a closing quote and the next comma");
        }
    }

    private void take(StringBuilder field, int c, int left) {
        if (field.length() < left) field.append((char) c);
        else tooLong = true;
    }

    /** A line feed, or a carriage return with or without one. */
    private boolean isEnd(int c) throws IOException {
        if (c != '\n' && c != '\r') return false;
        line++;
        if (c == '\r') {
            int next = in.read();
            if (next >= 0 && next != '\n') in.unread(next);
        }
        return true;
    }

    private void skipLine() throws IOException {
        int c = in.read();
        while (c >= 0 && !isEnd(c)) c = in.read();
    }
}
