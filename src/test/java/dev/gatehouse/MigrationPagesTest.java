package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages for those who come from elsewhere print is a file that loads without a fault and without a warning. */
final class MigrationPagesTest {
    private static final Path PAGES = Path.of("src", "docs", "migrate");
    private static final Pattern SNIPPET =
            Pattern.compile("^```yaml (src/\\S+)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "spring-cloud-gateway", "kong", "oauth2-proxy"})
    void the_config_of_a_page_is_a_file_that_loads(String from) throws IOException {
        String page = Files.readString(PAGES.resolve(from + ".md"));
        var snippet = SNIPPET.matcher(page);
        assertThat(snippet.find()).as("a config on the page").isTrue();
        Path file = Path.of(snippet.group(1));
        assertThat(file).isEqualTo(PAGES.resolve(from + ".yaml"));
        assertThat(snippet.group(2)).isEqualTo(Files.readString(file));

        ConfigFile read = ConfigFile.read(file, Map.of(), Overrides.NONE, ConfigFile.Mode.RUN);
        assertThat(read.warnings()).isEmpty();
        assertThat(read.config().apis().values())
                .hasSizeGreaterThan(1)
                .flatExtracting(Config.Api::routes)
                .isNotEmpty();
        assertThat(Files.readString(Path.of("src/docs/index.md"))).contains("(migrate/" + from + ".md)");
    }
}
