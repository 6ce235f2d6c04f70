package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tarball as somebody unpacks it: its launcher, and the archive of classes that it makes for itself, on the JVM that runs these tests. */
final class LauncherIT {
    private static final Duration ARCHIVED = Duration.ofSeconds(120);
    private static final Duration CLOSING = Duration.ofSeconds(20);
    private static final String FROM_ARCHIVE = "source: shared objects file";

    @TempDir
    static Path folder;

    private static Path house;
    private static Path cache;

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        house = Files.createDirectory(folder.resolve("house"));
        cache = folder.resolve("the cache");
        var unpacking = new ProcessBuilder(
                        "tar", "xzf", tarball().toString(), "-C", house.toString(), "--strip-components=1")
                .inheritIO()
                .start();
        assertThat(unpacking.waitFor()).isZero();
    }

    @Test
    @DisplayName("the first start makes an archive of its classes, the second one uses it; both answer and end well")
    void the_second_start_uses_what_the_first_one_wrote_down() throws IOException {
        var premises = Premises.in(folder, "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\n");
        try (GateProcess first = start(premises, "first")) {
            assertThat(first.get("/.well-known/openid-configuration").statusCode())
                    .isEqualTo(200);
            await().atMost(ARCHIVED).until(() -> !archives().isEmpty());
            end(first);
        }
        assertThat(Files.readString(folder.resolve("gate.out")) + Files.readString(folder.resolve("gate.err")))
                .as("libraries for Linux come along")
                .containsPattern("waited for by (io_uring|epoll)");
        try (GateProcess second = start(premises, "second")) {
            assertThat(second.get("/.well-known/openid-configuration").statusCode())
                    .isEqualTo(200);
            second.register("ada");
            assertThat(second.login("ada").getString("access_token")).isNotBlank();
            end(second);
        }
        assertThat(loaded("first", Main.class)).doesNotContain(FROM_ARCHIVE);
        assertThat(loaded("second", Main.class)).contains(FROM_ARCHIVE);
        assertThat(loaded("second", Gatehouse.class)).contains(FROM_ARCHIVE);
        assertThat(archives()).hasSize(1);
    }

    @Test
    @DisplayName("a cache that is off or cannot be written is no obstacle, nor is a space in the name of a folder")
    void commands_work_without_a_cache() throws IOException, InterruptedException {
        Path elsewhere = Files.createDirectories(folder.resolve("the house/bin"));
        Files.createSymbolicLink(folder.resolve("the house/lib"), house.resolve("lib"));
        Path copy = Files.copy(
                house.resolve("bin/gatehouse"), elsewhere.resolve("gatehouse"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String none : List.of("off", "/proc/none")) {
            var builder = launcher(copy, "version");
            builder.environment().put("GATEHOUSE_CACHE", none);
            Process command = builder.start();
            assertThat(command.inputReader().readLine()).startsWith("Gatehouse ");
            assertThat(command.waitFor()).isZero();
        }
    }

    private static GateProcess start(Premises premises, String name) throws IOException {
        var builder = launcher(
                        house.resolve("bin/gatehouse"),
                        "run",
                        "--config",
                        premises.file().toString())
                .redirectOutput(folder.resolve("gate.out").toFile())
                .redirectError(folder.resolve("gate.err").toFile());
        builder.environment().put("GATEHOUSE_CACHE", cache.toString());
        builder.environment().put("GATEHOUSE_ARCHIVE_AFTER", "0");
        builder.environment().put("GATEHOUSE_JAVA_OPTS", "-Xlog:class+load:file=" + log(name));
        return GateProcess.up(builder.start(), folder);
    }

    private static ProcessBuilder launcher(Path script, String... arguments) {
        var builder = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(arguments))
                .toList());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        for (String name : List.of("PORT", "DATABASE_URL", "PUBLIC_URL", "MASTER_KEY"))
            builder.environment().remove(name);
        return builder;
    }

    private static void end(GateProcess gate) {
        gate.terminate();
        await().atMost(CLOSING).until(() -> !gate.isAlive());
        assertThat(gate.status()).as(gate.err()).isZero();
    }

    private static String loaded(String start, Class<?> type) throws IOException {
        try (Stream<String> lines = Files.lines(log(start))) {
            return lines.filter(line -> line.contains(type.getName() + " source:"))
                    .findFirst()
                    .orElse("");
        }
    }

    private static Path log(String start) {
        return folder.resolve(start + ".classes.log");
    }

    private static List<Path> archives() {
        if (!Files.isDirectory(cache)) return List.of();
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Path tarball() throws IOException {
        Path target = Path.of(System.getProperty("gatehouse.jar")).getParent();
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches("gatehouse-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
