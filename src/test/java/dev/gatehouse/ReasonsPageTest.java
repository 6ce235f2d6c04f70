package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code src/docs/reasons.md}: the page and the enum say the same, in the same order. */
final class ReasonsPageTest {
    private static final Path PAGE = Path.of("src", "docs", "reasons.md");

    @Test
    void every_reason_is_documented_in_the_order_of_the_catalogue() throws IOException {
        List<String> documented = lines().filter(line -> line.startsWith("### `"))
                .map(line -> line.substring(5, line.length() - 1))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(
                        Stream.of(Reason.values()).map(Reason::code).toList());
    }

    @Test
    void the_page_has_the_status_and_title_of_each() throws IOException {
        String page = Files.readString(PAGE);
        for (Reason reason : Reason.values()) {
            assertThat(page)
                    .contains("### `" + reason.code() + "`\n\n**" + reason.status() + "** " + reason.title() + ". ");
        }
    }

    @Test
    void every_reason_says_what_to_do() throws IOException {
        assertThat(lines().filter(line -> line.startsWith("*What to do:* "))).hasSameSizeAs(Reason.values());
    }

    private static Stream<String> lines() throws IOException {
        return Files.readAllLines(PAGE).stream();
    }
}
