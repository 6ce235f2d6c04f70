package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatehouse.vocabulary.RoutePattern.Segment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutePatternParserTest {
    @Test
    void a_pattern_has_literals_variables_and_a_rest() {
        var pattern = RoutePatternParser.parse("/files/{owner}/**");
        assertThat(pattern.segments())
                .containsExactly(new Segment.Literal("files"), new Segment.Variable("owner"), new Segment.Rest());
        assertThat(pattern.variables()).containsExactly("owner");
        assertThat(pattern.shape()).isEqualTo("/files/{}/**");
    }

    @Test
    void the_root_has_no_segments() {
        assertThat(RoutePatternParser.parse("/").segments()).isEmpty();
        assertThat(RoutePatternParser.parse("/").shape()).isEqualTo("/");
    }

    @Test
    void a_route_lies_below_the_path_of_its_api() {
        var base = RoutePatternParser.parse("/api/orders");
        assertThat(RoutePatternParser.parse("/").below(base).text()).isEqualTo("/api/orders");
        assertThat(RoutePatternParser.parse("/{id}").below(base).shape()).isEqualTo("/api/orders/{}");
        assertThat(RoutePatternParser.parse("/{id}")
                        .below(RoutePatternParser.parse("/"))
                        .text())
                .isEqualTo("/{id}");
    }

    @ParameterizedTest
    @CsvSource({
        "/%41b, Ab",
        "/%e2%82%ac, %E2%82%AC",
        "/€, %E2%82%AC",
        "/@me, @me",
        "/%40me, @me",
        "/a%20b, a%20b",
        "/100%25, 100%25",
        "/...,..."
    })
    void a_literal_has_one_spelling(String text, String literal) {
        assertThat(RoutePatternParser.parse(text).segments()).containsExactly(new Segment.Literal(literal));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            orders        | 0 | 6 | a path begins with `/`
            /orders/      | 7 | 1 | the path ends with `/`
            /a//b         | 2 | 2 | the path has an empty segment
            //a           | 0 | 2 | the path has an empty segment
            /a/**/b       | 3 | 2 | `/**` is not at the end
            /a/*          | 3 | 1 | `*` stands for nothing
            /a/*.png      | 3 | 5 | `*` cannot be part of a segment
            /a/x{id}      | 3 | 5 | a variable is a whole segment
            /a/{id}.json  | 3 | 9 | a variable is a whole segment
            /a/{}         | 3 | 2 | `` is not a name
            /a/{1d}       | 3 | 4 | `1d` is not a name
            /{a}/{a}      | 5 | 3 | the path has two variables `{a}`
            /a/..         | 3 | 2 | `..` can match no request
            /a/%2e%2E     | 3 | 6 | `%2e%2E` can match no request
            /a%2fb        | 1 | 5 | `a%2fb` can match no request
            /a%zz         | 1 | 4 | `a%zz` can match no request
            /a b          | 1 | 3 | `a b` can match no request
            /a;b          | 1 | 3 | a route cannot name a `;`
            /a?b=c        | 1 | 5 | a route has no query and no fragment
            """)
    void a_fault_says_where_and_what(String text, int offset, int length, String message) {
        var fault = catchThrowableOfType(RuleFault.class, () -> RoutePatternParser.parse(text));
        assertThat(fault.message()).isEqualTo(message);
        assertThat(fault.offset()).isEqualTo(offset);
        assertThat(fault.length()).isEqualTo(length);
    }

    @Test
    void a_pattern_has_64_segments_and_1024_characters_and_not_one_more() {
        assertThat(RoutePatternParser.parse("/a".repeat(64)).segments()).hasSize(64);
        assertThatThrownBy(() -> RoutePatternParser.parse("/a".repeat(65))).isInstanceOf(RuleFault.class);
        assertThat(RoutePatternParser.parse("/" + "a".repeat(1023)).segments()).hasSize(1);
        assertThatThrownBy(() -> RoutePatternParser.parse("/" + "a".repeat(1024)))
                .isInstanceOf(RuleFault.class);
    }

    @Property
    void any_text_is_a_pattern_or_a_fault(@ForAll @StringLength(max = 40) String text) {
        try {
            assertThat(RoutePatternParser.parse("/" + text).text()).isEqualTo("/" + text);
        } catch (RuleFault fault) {
            assertThat(fault.message()).isNotBlank();
        }
    }
}
