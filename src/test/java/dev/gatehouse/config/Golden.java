package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the repository that tests compare with; {@code -Dgatehouse.write=true} writes them anew, to be read before they are committed. */
final class Golden {
    private Golden() {}

    static void assertCurrent(Path file, String content) throws IOException {
        if (Boolean.getBoolean("gatehouse.write")) Files.writeString(file, content);
        assertThat(content).as(file.toString()).isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    }

    static List<Path> yamlFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
