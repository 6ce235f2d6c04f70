package dev.gatehouse.clients;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Settings from a few lines of YAML. */
final class TestApps {
    private TestApps() {}

    static Config config(Path folder, String yaml) {
        try {
            Path file = Files.writeString(folder.resolve("gatehouse.yaml"), yaml);
            return ConfigFile.read(file, Map.of(), Overrides.NONE).config();
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
