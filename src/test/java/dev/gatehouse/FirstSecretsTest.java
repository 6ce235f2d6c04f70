package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.cli.Starter.Opening;
import dev.gatehouse.cli.Terminal;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.ConfigFile.Mode;
import dev.gatehouse.config.Overrides;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirstSecretsTest {
    private static final List<Clients.Made> MADE =
            List.of(new Clients.Made(new ClientId("job"), new Secret("open-sesame")));

    @TempDir
    Path folder;

    @Test
    void people_are_shown_the_secret() throws IOException {
        assertThat(said(Mode.RUN, true)).contains("job", "shown this once", "open-sesame");
        assertThat(said(Mode.DEV, false)).contains("open-sesame");
    }

    @Test
    void a_log_is_not() throws IOException {
        assertThat(said(Mode.RUN, false)).isEmpty();
    }

    private String said(Mode mode, boolean interactive) throws IOException {
        var written = new ByteArrayOutputStream();
        var out = new PrintStream(written, true, StandardCharsets.UTF_8);
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), out, out, interactive);
        Path file = Files.writeString(folder.resolve("gatehouse.yaml"), "");
        var read = ConfigFile.read(file, Map.of(), Overrides.NONE);
        FirstSecrets.tell(new Opening(mode, read, Overrides.NONE, Map.of(), terminal), MADE);
        return written.toString(StandardCharsets.UTF_8);
    }
}
