package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Whatever is written for a limit is read or refused; what is read has bounds, and can be written again. */
final class RateLimitFuzzTest {
    @FuzzTest
    void any_text_is_a_list_of_limits_or_a_fault(byte[] input) {
        List<RateLimit> limits;
        try {
            limits = RateLimit.parse(new String(input, StandardCharsets.UTF_8));
        } catch (Misfit fault) {
            assertThat(fault.getMessage()).isNotBlank();
            return;
        }
        assertThat(limits).hasSizeLessThanOrEqualTo(RateLimit.MOST_TOGETHER);
        for (RateLimit limit : limits) {
            assertThat(limit.count()).isBetween(1, RateLimit.MOST);
            assertThat(limit.burst()).isBetween(1, RateLimit.MOST);
            assertThat(limit.window()).isPositive().isLessThanOrEqualTo(Duration.ofDays(999));
            assertThat(RateLimit.parse(limit.text())).containsExactly(limit);
        }
    }
}
