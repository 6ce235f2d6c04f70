package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH120;
import static dev.gatehouse.config.FaultCode.GH121;
import static dev.gatehouse.config.FaultCode.GH122;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ${NAME}} reads the environment, {@code ${NAME:-default}} has a fallback for a variable that is unset or empty, {@code ${file:path}}
 * reads a mounted secret. They are replaced inside values after YAML has been read, so what comes in cannot add keys.
 */
final class Placeholders {
    private static final int LONGEST_VALUE = 64 * 1024;

    private final Map<String, String> environment;
    private final Path folder;
    private final Faults faults;

    Placeholders(Map<String, String> environment, Path folder, Faults faults) {
        this.environment = Map.copyOf(environment);
        this.folder = folder;
        this.faults = faults;
    }

    /** The text with every placeholder replaced; absent when one of them could not be. */
    Optional<Text> resolve(Text raw) {
        if (!raw.text().contains("${")) return Optional.of(raw);
        var filled = new Filled(raw);
        int at = 0;
        while (at < raw.text().length()) {
            int begin = raw.text().indexOf("${", at);
            if (begin < 0) begin = raw.text().length();
            filled.copy(at, begin);
            if (begin == raw.text().length()) break;
            int end = raw.text().indexOf('}', begin);
            if (end < 0) {
                faults.error(GH121, raw.place(begin, 2), "`${` has no closing `}`", null);
                return Optional.empty();
            }
            if (!replace(raw, begin, end, filled)) return Optional.empty();
            if (filled.isTooLong()) {
                faults.error(GH121, raw.place(), "with its placeholders filled in the value is too long", null);
                return Optional.empty();
            }
            at = end + 1;
        }
        return Optional.of(filled.text());
    }

    private boolean replace(Text raw, int begin, int end, Filled filled) {
        String inside = raw.text().substring(begin + 2, end);
        Place place = raw.place(begin, end + 1 - begin);
        if (inside.startsWith("file:")) return readFile(inside.substring(5), begin, place, filled);
        int fallback = inside.indexOf(":-");
        String name = fallback < 0 ? inside : inside.substring(0, fallback);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || inside.indexOf("${", Math.max(fallback, 0)) >= 0) {
            faults.error(
                    GH121, place, "this is not a placeholder", "write `${NAME}`, `${NAME:-default}` or `${file:path}`");
            return false;
        }
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) filled.insert(value, begin, name);
        else if (fallback >= 0) filled.copy(begin + 2 + fallback + 2, end);
        else {
            faults.error(
                    GH120,
                    place,
                    "the environment variable `" + name + "` is not set",
                    "set it, or give a fallback: `${" + name + ":-…}`");
            return false;
        }
        return true;
    }

    private boolean readFile(String name, int begin, Place place, Filled filled) {
        try {
            filled.insert(content(folder.resolve(name)), begin, name);
            return true;
        } catch (CharacterCodingException broken) {
            faults.error(GH122, place, "`" + name + "` is not UTF-8 text", null);
        } catch (IOException | InvalidPathException gone) {
            faults.error(GH122, place, "`" + name + "` cannot be read", "paths start from the folder of this file");
        }
        return false;
    }

    private static String content(Path path) throws IOException {
        if (!Files.isRegularFile(path)) throw new IOException("not a file");
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(LONGEST_VALUE + 1);
            if (bytes.length > LONGEST_VALUE) throw new IOException("too large for a value");
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .stripTrailing();
        }
    }

    /** The text as it grows; what is inserted stands where its placeholder stood. */
    private static final class Filled {
        private final Text raw;
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> written = new ArrayList<>();
        private final List<Boolean> clear = new ArrayList<>();
        private final List<String> sources = new ArrayList<>();

        Filled(Text raw) {
            this.raw = raw;
        }

        void copy(int from, int to) {
            for (int i = from; i < to; i++) add(raw.text().charAt(i), raw.written(i), true);
        }

        void insert(String value, int begin, String source) {
            for (int i = 0; i < value.length(); i++) add(value.charAt(i), raw.written(begin), false);
            sources.add(source);
        }

        private void add(char c, int index, boolean inFile) {
            text.append(c);
            written.add(index);
            clear.add(inFile);
        }

        boolean isTooLong() {
            return text.length() > LONGEST_VALUE;
        }

        Text text() {
            int[] places =
                    Arrays.copyOf(written.stream().mapToInt(Integer::intValue).toArray(), text.length() + 1);
            places[text.length()] = raw.written(raw.text().length());
            var flags = new boolean[text.length()];
            for (int i = 0; i < flags.length; i++) flags[i] = clear.get(i);
            String origin = sources.isEmpty() ? raw.origin() : raw.origin() + " from " + String.join(", ", sources);
            return raw.filled(text.toString(), places, flags, origin);
        }
    }
}
