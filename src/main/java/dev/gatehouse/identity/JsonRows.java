package dev.gatehouse.identity;

import dev.gatehouse.tokens.StrictJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** People in JSON: arrays of objects, or one object after the other, of which each is held in memory alone. */
final class JsonRows implements ImportRow.Source {
    private final Reader in;
    private long line = 1;

    JsonRows(Reader in) {
        this.in = in;
    }

    @Override
    public @Nullable ImportRow next() throws IOException {
        int c = visible();
        while (c == '[' || c == ',' || c == ']') c = visible();
        if (c < 0) return null;
        long began = line;
        if (c != '{') {
            skipLine();
            return ImportRow.wrong(began, "there is no JSON object here");
        }
        return object(began);
    }

    private ImportRow object(long began) throws IOException {
        var text = new StringBuilder("{");
        boolean tooLong = false;
        boolean quoted = false;
        int depth = 1;
        while (depth > 0) {
            int c = read();
            if (c < 0) return ImportRow.wrong(began, "the JSON object has no end");
            if (text.length() < ImportRow.LONGEST) text.append((char) c);
            else tooLong = true;
            if (c == '\\' && quoted) {
                int escaped = read();
                if (escaped >= 0) text.append((char) escaped);
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '}')) {
                depth += c == '{' ? 1 : -1;
            }
            if (tooLong && text.length() > ImportRow.LONGEST) text.setLength(ImportRow.LONGEST);
        }
        if (tooLong) return ImportRow.wrong(began, "a person has at most " + ImportRow.LONGEST + " characters");
        try {
            return ImportRow.of(began, StrictJson.object(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (StrictJson.Malformed wrong) {
            return ImportRow.wrong(began, String.valueOf(wrong.getMessage()));
        }
    }

    private int visible() throws IOException {
        int c = read();
        while (c >= 0 && Character.isWhitespace(c)) c = read();
        return c;
    }

    private void skipLine() throws IOException {
        int c = read();
        while (c >= 0 && c != '\n') c = read();
    }

    private int read() throws IOException {
        int c = in.read();
        if (c == '\n') line++;
        return c;
    }
}
