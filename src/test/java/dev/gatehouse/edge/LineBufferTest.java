package dev.gatehouse.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("ED13 CWE-117: a line stays a line")
final class LineBufferTest {
    private static String text(LineBuffer buffer) {
        return new String(buffer.take(), StandardCharsets.US_ASCII);
    }

    @Property
    boolean any_text_is_one_visible_line_and_reads_back(@ForAll String text) {
        String escaped = text(new LineBuffer(1).escaped(text));
        return escaped.chars().allMatch(c -> c >= 0x20 && c < 0x7f)
                && new JsonArray("[\"" + escaped + "\"]").getString(0).equals(text);
    }

    @Property
    boolean numbers_are_written_as_java_does(
            @ForAll long value, @ForAll @LongRange(min = 0, max = 2_000_000_000L) long usual) {
        return text(new LineBuffer(1).number(value)).equals(Long.toString(value))
                && text(new LineBuffer(1).number(usual)).equals(Long.toString(usual));
    }

    @Test
    void milliseconds_have_one_decimal_and_padding_is_zeros() {
        assertThat(text(new LineBuffer(1)
                        .millis(1_234_567)
                        .character(' ')
                        .millis(0)
                        .character(' ')
                        .millis(-5)
                        .character(' ')
                        .padded(7, 3)
                        .character(' ')
                        .padded(1234, 3)))
                .isEqualTo("1.2 0.0 0.0 007 1234");
    }
}
