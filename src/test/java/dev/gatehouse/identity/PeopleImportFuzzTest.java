package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gatehouse.identity.PeopleImport.Batch;
import dev.gatehouse.identity.PeopleImport.Format;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Predicate;

/** Whatever stands in a file of people, each row is somebody whom the database can take or a sentence with its line, and reading ends. */
final class PeopleImportFuzzTest {
    /** It reads, and writes nowhere. */
    private static final PeopleImport IMPORT = new PeopleImport(
            null, null, new SecureRandom(), Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC));

    private static final Predicate<String> ONE_LINE =
            text -> !text.isBlank() && text.chars().noneMatch(Character::isISOControl);

    @FuzzTest(maxDuration = "60s")
    void any_bytes_as_csv(byte[] bytes) {
        read(Format.CSV, bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_as_json(byte[] bytes) {
        read(Format.JSON, bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_as_htpasswd(byte[] bytes) {
        read(Format.HTPASSWD, bytes);
    }

    private static void read(Format format, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        long lines = 1 + text.chars().filter(c -> c == '\n' || c == '\r').count();
        var source = format.read(new StringReader(text));
        long left = text.length() + 1L;
        try {
            Batch batch;
            do {
                batch = IMPORT.read(source, List.of("customer"), (line, sentence) -> {
                    assertThat(line).isBetween(1L, lines);
                    assertThat(sentence).matches(ONE_LINE).hasSizeLessThan(500);
                });
                assertThat(batch.people()).hasSizeLessThanOrEqualTo(PeopleImport.BATCH);
                batch.people().forEach(person -> assertSomebody(person, lines));
                left -= batch.read();
                assertThat(left).isNotNegative();
            } while (!batch.last());
        } catch (IOException whole) {
            assertThat(whole.getMessage()).matches(ONE_LINE);
        }
    }

    /** PostgreSQL takes no U+0000 and no half of a pair: one of them would take its whole batch along. */
    private static void assertSomebody(ImportedPerson person, long lines) {
        assertThat(person.line()).isBetween(1L, lines);
        String row = person.row().encode();
        assertThat(row).doesNotContain("\\u0000");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(row)).isTrue();
        assertThat(Username.find(person.row().getString("username"))).isPresent();
    }
}
