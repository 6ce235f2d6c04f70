package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** No colour that an operator may choose makes a page hard to read, so `check` has nothing to warn of. */
final class AccentTest {
    private static final Pattern CSS =
            Pattern.compile(":root\\{--accent:(#\\w+);--on-accent:(#\\w+);--link:light-dark\\((#\\w+),(#\\w+)\\)}");

    @Property(tries = 2000)
    @Label(
            "WCAG 2.2 SC 1.4.3: text on buttons and links by day and by night have a contrast of 4.5 at least, whatever the colour")
    void everything_can_be_read(@ForAll @IntRange(max = 0xffffff) int rgb) {
        Matcher css = CSS.matcher(colour(String.format("#%06x", rgb)).css());
        assertThat(css.matches()).isTrue();
        assertThat(colour(css.group(1)).contrast(colour(css.group(2)))).isGreaterThanOrEqualTo(4.5);
        assertThat(colour(css.group(3)).contrast(colour("#ffffff"))).isGreaterThanOrEqualTo(4.5);
        assertThat(colour(css.group(4)).contrast(colour("#1b1f26"))).isGreaterThanOrEqualTo(4.5);
    }

    @Test
    void links_take_the_colour_where_it_can_be_read() {
        assertThat(colour("#2456d6").css())
                .isEqualTo(":root{--accent:#2456d6;--on-accent:#fff;--link:light-dark(#2456d6,#a8c7fa)}");
        assertThat(Accent.of("blue")).isEmpty();
    }

    private static Accent colour(String text) {
        return Accent.of(text).orElseThrow();
    }
}
