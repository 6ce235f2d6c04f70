package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pages for app developers print is what foreign clients run: every snippet that names a file is that file, or the part of it that it names. */
final class AppPagesTest {
    private static final Path PAGES = Path.of("src", "docs", "apps");
    private static final Path INDEX = Path.of("src", "docs", "index.md");
    private static final List<String> KINDS =
            List.of("browser-app", "mobile-app", "web-app", "service", "device", "mcp-client");
    private static final Pattern SNIPPET =
            Pattern.compile("^```\\w+ (\\S+)(?: part=\"([^\"]+)\")?\n(.*?)\n```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> every_snippet_is_the_file_it_names() {
        return KINDS.stream().flatMap(kind -> SNIPPET.matcher(read(PAGES.resolve(kind + ".md")))
                .results()
                .map(found -> DynamicTest.dynamicTest(
                        kind + ": " + found.group(1) + " " + found.group(2),
                        () -> assertThat(found.group(3)).isEqualTo(tested(Path.of(found.group(1)), found.group(2))))));
    }

    @Test
    void every_kind_of_app_has_a_page_with_tested_snippets_and_the_index_leads_to_it() {
        String index = read(INDEX);
        for (String kind : KINDS) {
            assertThat(SNIPPET.matcher(read(PAGES.resolve(kind + ".md"))).results())
                    .as(kind)
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThat(index).contains("(apps/" + kind + ".md)");
        }
    }

    /** A part stands between a line that says {@code --8<-- name} and one that says {@code --8<-- end}. */
    private static String tested(Path file, String part) {
        String text = read(file);
        if (part == null) return stripped(text);
        int start = text.indexOf('\n', text.indexOf("--8<-- " + part + "\n")) + 1;
        int end = text.lastIndexOf('\n', text.indexOf("--8<-- end", start));
        return stripped(text.substring(start, end));
    }

    private static String stripped(String text) {
        return text.stripIndent().replaceAll("^\n+|\n+$", "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
