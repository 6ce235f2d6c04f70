package dev.gatehouse.identity;

import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Apache's {@code htpasswd}: a name, a colon and a hash on each line. */
final class HtpasswdRows implements ImportRow.Source {
    private final Reader in;
    private long line;

    HtpasswdRows(Reader in) {
        this.in = in;
    }

    @Override
    public @Nullable ImportRow next() throws IOException {
        while (true) {
            var text = new StringBuilder();
            int c = in.read();
            if (c < 0) return null;
            line++;
            for (; c >= 0 && c != '\n'; c = in.read()) if (text.length() <= ImportRow.LONGEST) text.append((char) c);
            String entry = text.toString().strip();
            if (!entry.isEmpty() && entry.charAt(0) != '#') return row(entry);
        }
    }

    private ImportRow row(String entry) {
        int colon = entry.indexOf(':');
        if (colon < 1 || entry.length() > ImportRow.LONGEST) return ImportRow.wrong(line, "this is no `name:hash`");
        return ImportRow.of(
                line, Map.of("username", entry.substring(0, colon), "password_hash", entry.substring(colon + 1)));
    }
}
