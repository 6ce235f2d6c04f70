package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TotpTest {
    /** The secret of the examples in both RFCs. */
    private static final byte[] SEED = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    private static final Instant NOW = Instant.ofEpochSecond(1_111_111_111);

    @ParameterizedTest
    @DisplayName("the numbers and codes of RFC 4226, appendix D")
    @CsvSource({
        "0, 1284755224, 755224", "1, 1094287082, 287082", "2, 137359152, 359152", "3, 1726969429, 969429",
        "4, 1640338314, 338314", "5, 868254676, 254676", "6, 1918287922, 287922", "7, 82162583, 162583",
        "8, 673399871, 399871", "9, 645520489, 520489"
    })
    void counters_have_the_codes_of_rfc_4226(long counter, int number, String code) {
        assertThat(Totp.number(SEED, counter)).isEqualTo(number);
        assertThat(Totp.code(SEED, counter)).isEqualTo(code);
    }

    @ParameterizedTest
    @DisplayName(
            "the times of RFC 6238, appendix B, for SHA-1; its codes have eight digits, of which ours are the last six")
    @CsvSource({
        "59, 94287082",
        "1111111109, 07081804",
        "1111111111, 14050471",
        "1234567890, 89005924",
        "2000000000, 69279037",
        "20000000000, 65353130"
    })
    void times_have_the_codes_of_rfc_6238(long time, String code) {
        assertThat(Totp.code(SEED, Totp.stepAt(Instant.ofEpochSecond(time)))).isEqualTo(code.substring(2));
    }

    @Test
    @DisplayName("LS11 a code one step early or late is right, two steps off is wrong")
    void the_window_is_one_step_to_either_side() {
        long now = Totp.stepAt(NOW);
        assertThat(IntStream.rangeClosed(-3, 3).mapToObj(off -> Totp.match(SEED, Totp.code(SEED, now + off), NOW, 0)))
                .containsExactly(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.of(now - 1),
                        OptionalLong.of(now),
                        OptionalLong.of(now + 1),
                        OptionalLong.empty(),
                        OptionalLong.empty());
    }

    @Property(tries = 200)
    boolean no_code_of_a_step_that_is_over_is_right(
            @ForAll @LongRange(min = 2, max = 4_000_000_000L) long seconds,
            @ForAll @IntRange(min = -1, max = 1) int off,
            @ForAll @IntRange(min = 0, max = 3) int newer) {
        Instant now = Instant.ofEpochSecond(seconds);
        long step = Totp.stepAt(now) + off;
        OptionalLong match = Totp.match(SEED, Totp.code(SEED, step), now, step + newer);
        return match.isEmpty() || match.getAsLong() > step + newer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"755224", " 755 224 ", "755\u00a0224", "٧٥٥٢٢٤", "７５５２２４"})
    void six_digits_are_read_in_any_script_and_with_spaces(String typed) {
        assertThat(Totp.digits(typed)).contains("755224");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "75522",
                "7552244",
                "75522a",
                "-75522",
                "755.224",
                "½55224",
                "1234567890123456789012345678901234567890"
            })
    void anything_else_is_no_code(String typed) {
        assertThat(Totp.digits(typed)).isEmpty();
    }
}
