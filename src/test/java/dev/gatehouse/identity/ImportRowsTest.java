package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.PeopleImport.Format;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Files of people, however they are written: what was written is read, and whatever it is, reading ends. */
final class ImportRowsTest {
    private static final int MOST = 100_000;

    @Property(tries = 300)
    void what_is_quoted_is_read_as_it_was(
            @ForAll @Size(max = 8)
                    List<@Size(value = 3) List<@StringLength(max = 12) @Chars({',', '"', '\n', 'x', ' ', 'é'}) String>>
                            rows)
            throws IOException {
        var text = new StringBuilder("a,b,c\r\n");
        for (List<String> row : rows)
            text.append(row.stream()
                            .map(field -> '"' + field.replace("\"", "\"\"") + '"')
                            .collect(Collectors.joining(",")))
                    .append("\r\n");
        var read = all(Format.CSV, text.toString());
        assertThat(read).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(read.get(i).isWrong()).isFalse();
            for (int column = 0; column < 3; column++)
                assertThat(read.get(i).fields().getOrDefault("abc".substring(column, column + 1), ""))
                        .isEqualTo(rows.get(i).get(column));
        }
    }

    @Property(tries = 1000)
    void whatever_it_is_reading_ends_with_rows_or_a_sentence(
            @ForAll Format format,
            @ForAll
                    @StringLength(max = 200)
                    @CharRange(from = ' ', to = '~')
                    @Chars({'"', ',', '\n', '\r', '{', '}', '[', ']', ':', '\\'})
                    String text) {
        try {
            long last = 0;
            for (ImportRow row : all(format, "a,b\n" + text)) {
                assertThat(row.line()).isGreaterThanOrEqualTo(last);
                assertThat(row.isWrong() || !row.fields().isEmpty() || format != Format.HTPASSWD)
                        .isTrue();
                last = row.line();
            }
        } catch (IOException told) {
            assertThat(told.getMessage()).isNotBlank();
        }
    }

    private static List<ImportRow> all(Format format, String text) throws IOException {
        var source = format.read(new StringReader(text));
        var rows = new ArrayList<ImportRow>();
        for (ImportRow row = source.next(); row != null; row = source.next()) {
            rows.add(row);
            assertThat(rows).hasSizeLessThan(MOST);
        }
        return rows;
    }
}
