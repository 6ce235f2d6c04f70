package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody saves the file just while the version before comes into force. */
final class SavedWhileTakenTest {
    @TempDir
    Path folder;

    @Test
    void what_is_saved_while_another_version_comes_into_force_comes_into_force_after_it() {
        save(route("/first"));
        List<String> taken = new CopyOnWriteArrayList<>();
        var reload = new Reload(
                read(),
                () -> read(),
                next -> {
                    if (taken.isEmpty()) save(route("/third/and/longer"));
                    taken.add(next.config().apis().get("demo").routes().get(0).toString());
                },
                InstantSource.system());
        reload.start();
        try {
            save(route("/second"));
            await().until(() -> taken.size() == 2);
            assertThat(taken.get(0)).contains("/second");
            assertThat(taken.get(1)).contains("/third/and/longer");
        } finally {
            reload.stop();
        }
    }

    private Path file() {
        return folder.resolve("gatehouse.yaml");
    }

    private ConfigFile read() {
        return ConfigFile.read(file(), Map.of(), Overrides.NONE);
    }

    private static String route(String path) {
        return "apis: {demo: {path: /, upstream: 'http://127.0.0.1:9', routes: {'GET " + path + "': public}}}\n";
    }

    private void save(String yaml) {
        try {
            Files.writeString(file(), yaml);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
