package dev.gatehouse;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of YAML in README.md and src/docs is a configuration that loads without a fault and without a warning: as it stands, or as the routes of an API
 * ({@code ```yaml routes}). The README is one file in pieces. A block of another product says whose it is ({@code ```yaml of Traefik}); one that is a file of ours names
 * it, and the tests of that file load it.
 */
final class DocumentedConfigTest {
    private static final Pattern BLOCK =
            Pattern.compile("^```yaml([^\n]*)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Path README = Path.of("README.md");
    private static final Pattern FILE = Pattern.compile("[a-z]+/([a-z-]+)\\.(pem|key|svg)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+)}");
    private static final List<String> OTHERS = List.of("Traefik", "Envoy", "Kong", "Spring Cloud Gateway");

    @TempDir
    Path folder;

    record Block(Path page, int number, String about, String text) {
        @Override
        public String toString() {
            return page + " " + number;
        }
    }

    static Stream<Block> blocks() throws IOException {
        try (var pages = Files.walk(Path.of("src", "docs"))) {
            return Stream.concat(Stream.of(README), pages.filter(page -> page.toString()
                            .endsWith(".md")))
                    .sorted()
                    .toList()
                    .stream()
                    .flatMap(DocumentedConfigTest::blocks);
        }
    }

    private static Stream<Block> blocks(Path page) {
        var blocks = new ArrayList<Block>();
        var found = BLOCK.matcher(read(page));
        var before = new StringBuilder();
        while (found.find()) {
            if (page.equals(README)) before.append(found.group(2));
            String text = page.equals(README) ? before.toString() : found.group(2);
            blocks.add(new Block(page, blocks.size() + 1, found.group(1).strip(), text));
        }
        return blocks.stream();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void what_a_page_shows_is_a_configuration(Block block) throws IOException {
        if (block.about().startsWith("of ")) {
            assertThat(OTHERS).contains(block.about().substring(3));
            return;
        }
        if (block.about().startsWith("src/")) {
            assertThat(Path.of(block.about().replaceFirst(" .*", ""))).exists();
            return;
        }
        Path file = Files.writeString(folder.resolve("gatehouse.yaml"), whole(block));
        for (MatchResult named : FILE.matcher(block.text()).results().toList()) supply(named);
        var read = ConfigFile.read(file, environment(block), Overrides.NONE);
        assertThat(read.warnings()).isEmpty();
    }

    /** A file that a page speaks of; a certificate is one with the key of its name. */
    private void supply(MatchResult named) throws IOException {
        Path file = folder.resolve(named.group());
        Files.createDirectories(file.getParent());
        TestCertificate pair = TestCertificate.of("dns:" + named.group(1) + ".example.com");
        switch (named.group(2)) {
            case "svg" -> Files.writeString(file, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
            case "key" -> Files.copy(pair.key(), file, REPLACE_EXISTING);
            default -> Files.copy(pair.cert(), file, REPLACE_EXISTING);
        }
    }

    private static String whole(Block block) {
        if (block.about().isEmpty()) return block.text();
        assertThat(block.about()).isEqualTo("routes");
        return "apis:\n  shop:\n    path: /shop\n    upstream: http://127.0.0.1:9002\n    routes:\n"
                + block.text().indent(6);
    }

    private static Map<String, String> environment(Block block) {
        return PLACEHOLDER
                .matcher(block.text())
                .results()
                .map(found -> found.group(1))
                .distinct()
                .collect(Collectors.toMap(name -> name, name -> "a-value-from-outside"));
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
