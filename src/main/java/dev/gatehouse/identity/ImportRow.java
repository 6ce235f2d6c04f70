package dev.gatehouse.identity;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One person in a file, as it was written: on which line it begins, and its fields; or what is wrong with it, in a sentence. */
public record ImportRow(long line, Map<String, Object> fields, String fault) {
    /** No row has more characters. */
    static final int LONGEST = 64 * 1024;

    public ImportRow {
        fields = Map.copyOf(fields);
    }

    static ImportRow of(long line, Map<String, Object> fields) {
        return new ImportRow(line, fields, "");
    }

    static ImportRow wrong(long line, String fault) {
        return new ImportRow(line, Map.of(), fault);
    }

    boolean isWrong() {
        return !fault.isEmpty();
    }

    /** The rows of a file one after the other; what comes after a faulty one is read as if that one were not there. */
    @FunctionalInterface
    public interface Source {
        /** Null after the last. */
        @Nullable
        ImportRow next() throws IOException;
    }
}
