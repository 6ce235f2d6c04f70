package dev.gatehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** PostgreSQL's programs as an earlier test of this build unpacked them; each data folder would unpack its own, which takes seconds. */
final class Programs {
    private static final Path UNPACKED = Path.of("target", "test-postgres").toAbsolutePath();

    private Programs() {}

    /** Where nothing is unpacked yet, nothing is lent. */
    static void lendTo(Path data) {
        if (!Files.isDirectory(UNPACKED)) return;
        try (Stream<Path> folders = Files.list(UNPACKED)) {
            List<Path> programs = folders.filter(
                            folder -> folder.getFileName().toString().startsWith("bin-"))
                    .toList();
            Path home = Files.createDirectories(data.resolve("postgres"));
            for (Path folder : programs) Files.createSymbolicLink(home.resolve(folder.getFileName()), folder);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
