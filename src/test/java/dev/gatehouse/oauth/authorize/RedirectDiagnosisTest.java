package dev.gatehouse.oauth.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RedirectDiagnosisTest {
    private static final List<String> REGISTERED =
            List.of("https://other.example/x", "https://shop.example.com/callback");

    @Test
    void the_nearest_is_compared_and_the_part_that_differs_is_named() {
        assertThat(of("https://shop.example.com/callback/"))
                .isEqualTo(
                        "redirect_uri sent: https://shop.example.com/callback/ · registered: https://shop.example.com/callback · differs: “/” is too much · fix: gatehouse.yaml:75");
        assertThat(of("https://shop.example.com/call")).contains("differs: “back” is missing");
        assertThat(of("http://shop.example.com/callback")).contains("differs: “s” is missing");
        assertThat(of("https://shop.example.com/Callback")).contains("differs: “C” instead of “c”");
    }

    @Test
    void where_none_is_registered_it_says_so() {
        assertThat(RedirectDiagnosis.of("https://a.example", List.of(), Optional.empty()))
                .isEqualTo("redirect_uri sent: https://a.example · registered: none");
    }

    private static String of(String sent) {
        return RedirectDiagnosis.of(sent, REGISTERED, Optional.of("gatehouse.yaml:75"));
    }
}
