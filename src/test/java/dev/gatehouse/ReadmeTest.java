package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader of the pages would try next works. The curl lines are walked by {@code .ci/run}. */
final class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void the_configuration_it_shows_has_no_fault(@TempDir Path folder) throws IOException {
        var yaml = YAML.matcher(Files.readString(README));
        assertThat(yaml.find()).isTrue();
        Path file = Files.writeString(folder.resolve("gatehouse.yaml"), yaml.group(1));
        assertThat(ConfigFile.read(file, Map.of(), Overrides.NONE).warnings()).isEmpty();
    }

    @Test
    void every_link_leads_somewhere() throws IOException {
        var broken = new ArrayList<String>();
        for (Path page : pages()) {
            var links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                Path target = page.toAbsolutePath().resolveSibling(links.group(1));
                if (!Files.exists(target)) broken.add(page + " -> " + links.group(1));
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        var pages = new ArrayList<>(List.of(README));
        try (Stream<Path> docs = Files.walk(Path.of("src", "docs"))) {
            docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }
}
