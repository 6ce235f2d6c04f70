package dev.gatehouse;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder with a file and data, on which gates and commands run in processes of their own: from {@code -Dgatehouse.jar}, else from this JVM's
 * class path.
 */
record Premises(Path folder, Map<String, String> environment, Optional<Integer> files) {
    private static final long LONGEST_COMMAND_SECONDS = 60;

    /** A command that has ended. */
    record Ended(int status, String out, String err) {}

    /** With a file that says {@code yaml}; what it needs of PostgreSQL's programs is lent. */
    static Premises in(Path folder, String yaml) {
        Programs.lendTo(folder.resolve("data"));
        var premises = new Premises(folder, Map.of(), Optional.empty());
        premises.write(yaml);
        return premises;
    }

    Premises with(String name, String value) {
        var more = new HashMap<>(environment);
        more.put(name, value);
        return new Premises(folder, Map.copyOf(more), files);
    }

    /** Where a process may have so many files open, connections among them. */
    Premises withFiles(int most) {
        return new Premises(folder, environment, Optional.of(most));
    }

    Path file() {
        return folder.resolve("gatehouse.yaml");
    }

    Path data() {
        return folder.resolve("data");
    }

    OwnPostgres postgres() {
        return new OwnPostgres(data());
    }

    void write(String yaml) {
        try {
            Files.writeString(file(), yaml);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A gate, up. */
    GateProcess open(String... arguments) {
        return GateProcess.up(begin(folder.resolve("gate.out"), folder.resolve("gate.err"), arguments), folder);
    }

    /** A command from its start to its end. */
    Ended run(String... arguments) {
        return tell("", arguments);
    }

    /** As {@link #run}, with something on its standard input. */
    Ended tell(String input, String... arguments) {
        try {
            Path out = Files.createTempFile(folder, "command", ".out");
            Path err = Files.createTempFile(folder, "command", ".err");
            Process process = begin(out, err, arguments);
            try (var stdin = process.outputWriter()) {
                stdin.write(input);
            }
            if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        List.of(arguments) + " did not end: " + Files.readString(out) + Files.readString(err));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** A port that is free now and that nobody else is likely to take soon. */
    private Process begin(Path out, Path err, String... arguments) {
        var command = new ArrayList<String>();
        files.ifPresent(
                most -> command.addAll(List.of("sh", "-c", "ulimit -n \"$0\" && exec \"$@\"", Integer.toString(most))));
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(program());
        command.addAll(List.of("--config", file().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        for (String name : List.of("PORT", "DATABASE_URL", "PUBLIC_URL", "MASTER_KEY"))
            builder.environment().remove(name);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static List<String> program() {
        String jar = System.getProperty("gatehouse.jar");
        if (jar != null) return List.of("-jar", jar);
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return List.of("-cp", path, Main.class.getName());
    }
}
