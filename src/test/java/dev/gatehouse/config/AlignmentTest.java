package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Wherever and however a word is written, a fault points at it. */
final class AlignmentTest {
    @Property(tries = 200)
    void every_word_is_found_where_it_was_written(
            @ForAll @Size(min = 1, max = 5) List<@AlphaChars @StringLength(min = 1, max = 8) String> words,
            @ForAll("styles") String style) {
        String document = style.formatted(String.join(separator(style), words));
        var source = new SourceText("x", document);
        var root = YamlTree.read(source, new Faults()).orElseThrow();
        Text text = Text.of(source, (Node.Scalar) root.members().get(0).value());
        int offset = 0;
        for (String word : words) {
            offset = text.text().indexOf(word, offset);
            int written = text.written(offset);
            assertThat(document.substring(written, written + word.length())).isEqualTo(word);
            offset += word.length();
        }
    }

    @Provide
    Arbitrary<String> styles() {
        return Arbitraries.of(
                "k: x %s\n",
                "k: 'x %s'\n",
                "k: \"x %s\"\n",
                "k: |\n  x %s\n",
                "k: >-\n   x %s\n\n",
                "{k: 'it''s %s'}",
                "k: \"\\t\\u00e9\\\"%s\"",
                "k: x\n  %s\n",
                "k: \"x\\\n   %s\"");
    }

    /** Where a text may go over several lines, its words stand on lines of their own. */
    private static String separator(String style) {
        return style.contains("|") || style.contains(">") || style.contains("\n  %s")
                ? "\n   ".substring(0, style.contains("|") ? 3 : 4)
                : " ";
    }

    @Test
    void a_character_beyond_the_basic_plane_is_one_column() {
        var source = new SourceText("x", "k: 😀 word\n");
        Text text = Text.of(source, (Node.Scalar) YamlTree.read(source, new Faults())
                .orElseThrow()
                .members()
                .get(0)
                .value());
        assertThat(text.place(text.text().indexOf("word"), 4).at().column()).isEqualTo(6);
    }
}
