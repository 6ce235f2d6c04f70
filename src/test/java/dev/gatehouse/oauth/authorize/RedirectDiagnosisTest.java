package dev.gatehouse.oauth.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Excerpt;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
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
        assertThat(RedirectDiagnosis.of("https://a.example", List.of(), Optional.empty())
                        .sentence())
                .isEqualTo("redirect_uri sent: https://a.example · registered: none");
        assertThat(RedirectDiagnosis.of("https://a.example", List.of(), Optional.empty())
                        .excerpts())
                .isEmpty();
    }

    @Test
    void of_both_the_part_is_marked_that_the_other_has_not() {
        assertThat(marked("https://shop.example.com/callback/")).containsExactly("/", "");
        assertThat(marked("https://shop.example.com/call")).containsExactly("", "back");
        assertThat(marked("https://shop.example.com/Callback")).containsExactly("C", "c");
        assertThat(marked("https://shop.example.com/callcallback")).containsExactly("call", "");
        assertThat(marked("")).containsExactly("", "https://other.example/x");
    }

    @Property
    @Label("what stands before, in and after the mark is what was sent, and what is registered")
    void nothing_is_lost(@ForAll @StringLength(max = 60) String sent, @ForAll @StringLength(max = 60) String known) {
        assertThat(RedirectDiagnosis.of(sent, List.of(known), Optional.empty()).excerpts())
                .extracting(one -> one.before() + one.marked() + one.after())
                .containsExactly(sent, known);
    }

    private static List<String> marked(String sent) {
        return RedirectDiagnosis.of(sent, REGISTERED, Optional.empty()).excerpts().stream()
                .map(Excerpt::marked)
                .toList();
    }

    private static String of(String sent) {
        return RedirectDiagnosis.of(sent, REGISTERED, Optional.of("gatehouse.yaml:75"))
                .sentence();
    }
}
