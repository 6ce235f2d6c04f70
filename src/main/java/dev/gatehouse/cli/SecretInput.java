package dev.gatehouse.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Option;

/** How a secret gets in: asked for without echo, or the first line of standard input; never an argument, which every process could read. */
final class SecretInput {
    private static final int LONGEST = 64 * 1024;

    @Option(names = "--stdin", description = "Read it from the first line of standard input instead of asking.")
    private boolean stdin;

    /** {@code what} completes "Password: ". */
    String read(Terminal terminal, String what) {
        if (stdin) return line(terminal, what);
        return ask(terminal, what);
    }

    /** As {@link #read}, asked for twice. */
    String readNew(Terminal terminal, String what) {
        if (stdin) return line(terminal, what);
        String first = ask(terminal, what);
        if (!first.equals(ask(terminal, what + " again")))
            throw CommandRefused.because("the two differ; nothing was changed");
        return first;
    }

    private static String ask(Terminal terminal, String what) {
        if (!terminal.interactive())
            throw CommandRefused.usage(
                    "there is no terminal to ask on; give the " + what.toLowerCase(Locale.ROOT) + " with --stdin");
        char[] typed = Objects.requireNonNull(System.console(), "a person at a terminal")
                .readPassword("%s: ", what);
        return typed == null ? "" : new String(typed);
    }

    private static String line(Terminal terminal, String what) {
        var line = new ByteArrayOutputStream();
        try {
            for (int b = terminal.in().read();
                    b >= 0 && b != '\n';
                    b = terminal.in().read()) {
                if (line.size() == LONGEST)
                    throw CommandRefused.because("the first line of standard input is too long");
                line.write(b);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        String text = line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
        if (text.isEmpty()) throw CommandRefused.usage("standard input has no " + what.toLowerCase(Locale.ROOT));
        return text;
    }
}
