package dev.gatehouse.oauth;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Settings as somebody would write them. */
final class TestYaml {
    private TestYaml() {}

    static Config config(String yaml) {
        try {
            Path file = Files.createTempFile("gatehouse", ".yaml");
            try {
                Files.writeString(file, yaml);
                return ConfigFile.read(file, Map.of(), Overrides.NONE).config();
            } finally {
                Files.delete(file);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
