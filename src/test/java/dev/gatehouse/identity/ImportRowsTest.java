package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.identity.PeopleImport.Format;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
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

    @Example
    void a_row_has_64_ki_characters_at_most_and_the_next_one_is_read_as_if_it_was_not_there() throws IOException {
        for (int more : new int[] {0, 1, 100_000}) {
            String csv = "x".repeat(ImportRow.LONGEST - 4 + more);
            String json = "x".repeat(ImportRow.LONGEST - "{'a':'','b':'y'}".length() + more);
            atTheBound(more, all(Format.CSV, "a,b\n" + csv + ",yes\nzoe,z\n"));
            atTheBound(more, all(Format.CSV, "a,b\n\"" + csv + "\",yes\nzoe,z\n"));
            String object = "{'a':'%s','b':'y'}".formatted(json).replace('\'', '"');
            assertThat(object).hasSize(ImportRow.LONGEST + more);
            atTheBound(more, all(Format.JSON, "[" + object + ",\n{\"a\":\"zoe\"}]"));
            atTheBound(more, all(Format.NDJSON, object + "\n{\"a\":\"zoe\"}\n"));
            String hash = "x".repeat(ImportRow.LONGEST - 2 + more);
            assertThat(all(Format.HTPASSWD, "y:" + hash + "\nzoe:z\n"))
                    .extracting(ImportRow::isWrong)
                    .containsExactly(more > 0, false);
        }
    }

    private static void atTheBound(int more, List<ImportRow> rows) {
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).isWrong()).isEqualTo(more > 0);
        if (more > 0) assertThat(rows.get(0).fault()).contains("has at most 65536 characters");
        assertThat(rows.get(1).fields()).containsEntry("a", "zoe");
    }

    @Example
    @Label("nobody becomes an account by what they wrote into a field that is too long")
    void what_stands_in_a_field_that_is_too_long_is_no_row() throws IOException {
        String evil = "x".repeat(ImportRow.LONGEST) + "\nmallory,admin\n";
        for (String row : List.of("ada,\"" + evil + "\"", "\"" + evil + "\",\"" + evil + "\"")) {
            List<ImportRow> rows = all(Format.CSV, "username,roles\n" + row + "\nzoe,support\n");
            assertThat(rows).extracting(ImportRow::isWrong).containsExactly(true, false);
            assertThat(rows.get(1).fields()).containsEntry("username", "zoe");
        }
    }

    @Example
    void any_number_of_blank_lines_is_passed_over() throws IOException {
        String blank = "\n".repeat(MOST);
        List<ImportRow> rows = all(Format.CSV, "a,b\n" + blank + "zoe,z\n" + blank);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).line()).isEqualTo(MOST + 2);
    }

    @Example
    void a_row_has_64_fields_at_most() throws IOException {
        String names =
                IntStream.range(0, CsvRows.MOST_COLUMNS).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String fields = "y,".repeat(CsvRows.MOST_COLUMNS - 1) + "y";
        assertThat(all(Format.CSV, names + "\n" + fields + "\n" + fields + ",\"z\nz\"\n" + fields))
                .extracting(ImportRow::fault)
                .containsExactly("", "a row has at most 64 fields", "");
        assertThatThrownBy(() -> all(Format.CSV, names + ",more\n" + fields))
                .hasMessage("the first row names no columns: a row has at most 64 fields");
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
