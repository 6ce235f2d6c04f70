package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.Config.MasterKey;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.vocabulary.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MasterKeysTest {
    private final MasterKeys keys = new MasterKeys(new SecureRandom());

    @TempDir
    Path folder;

    @Test
    void a_missing_file_is_made_for_its_owner_only_and_read_again() throws IOException {
        var path = folder.resolve("data/master.key");
        byte[] made = keys.read(new MasterKey.InFile(path), true);
        assertThat(made).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(keys.read(new MasterKey.InFile(path), false)).isEqualTo(made);
        assertThat(Files.list(path.getParent())).hasSize(1);
    }

    @Test
    void of_many_that_make_it_at_once_all_have_the_same() throws Exception {
        var setting = new MasterKey.InFile(folder.resolve("master.key"));
        var starters = Executors.newFixedThreadPool(8);
        try {
            var made = starters.invokeAll(IntStream.range(0, 8)
                    .<java.util.concurrent.Callable<byte[]>>mapToObj(i -> () -> keys.read(setting, true))
                    .toList());
            for (var each : made) assertThat(each.get()).isEqualTo(made.get(0).get());
        } finally {
            starters.shutdownNow();
        }
    }

    @Test
    void an_external_database_does_not_get_a_key_that_its_other_nodes_lack() {
        assertThatThrownBy(() -> keys.read(new MasterKey.InFile(folder.resolve("none")), false))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("no master key")
                .hasMessageContaining("MASTER_KEY");
    }

    @Test
    void a_file_that_others_can_read_is_refused_with_the_command_that_helps() throws IOException {
        var path = folder.resolve("master.key");
        keys.read(new MasterKey.InFile(path), true);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> keys.read(new MasterKey.InFile(path), true)).hasMessageContaining("chmod 600 " + path);
    }

    @Test
    void a_value_must_be_base64_of_32_bytes_and_is_never_repeated() {
        assertThat(keys.read(value(Base64.getEncoder().encodeToString(new byte[32])), false))
                .hasSize(32);
        assertThatThrownBy(() -> keys.read(value("c2hvcnQ="), false)).hasMessageContaining("has 5 bytes instead of 32");
        assertThatThrownBy(() -> keys.read(value("hunter2!"), false))
                .hasMessageContaining("not base64")
                .hasMessageNotContaining("hunter2");
    }

    private static MasterKey value(String text) {
        return new MasterKey.Value(new Secret(text));
    }
}
