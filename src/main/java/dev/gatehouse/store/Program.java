package dev.gatehouse.store;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program run to its end within a time limit: how it ended, and the last words it said. */
record Program(int exit, String output) {
    private static final int MAX_OUTPUT = 2_000;

    static Program run(List<String> command, Duration limit) throws IOException {
        // Into a file, not a pipe: a server that the program starts would keep a pipe open for ever.
        Path output = Files.createTempFile("gatehouse-", ".out");
        try {
            Process process = prepared(command, output).start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (ended) return new Program(process.exitValue(), lastWords(output));
            process.destroyForcibly();
            return new Program(-1, "no end after " + limit.toSeconds() + " s; " + lastWords(output));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.get(0), interrupted);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    boolean succeeded() {
        return exit == 0;
    }

    private static ProcessBuilder prepared(List<String> command, Path output) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        // PGPORT and its kin would talk to our server's programs.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static String lastWords(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
        return text.length() <= MAX_OUTPUT ? text : "…" + text.substring(text.length() - MAX_OUTPUT);
    }
}
