package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulePrinterTest {
    @Property(tries = 2000)
    void what_is_printed_reads_as_the_same_rule(@ForAll("rules") Rule rule) {
        String text = RulePrinter.print(rule);
        assertThat(RulePrinter.print(RuleParser.parse(text))).isEqualTo(text);
        assertThat(withoutOffsets(RuleParser.parse(text))).isEqualTo(withoutOffsets(rule));
    }

    @Property(tries = 500)
    void brackets_and_space_beyond_need_change_nothing(@ForAll("rules") Rule rule) {
        String text = RulePrinter.print(rule);
        assertThat(RulePrinter.print(RuleParser.parse("  ( (" + text + ")\n)\t")))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            (scope a) or (scope b and scope c)          | scope a or scope b and scope c
            (scope a or scope b) and scope c            | (scope a or scope b) and scope c
            not (not login)                             | not not login
            not (login and mfa)                         | not (login and mfa)
            (not login) and mfa within 3600s            | not login and mfa within 1h
            ((login and mfa) and service) and deny      | login and mfa and service and deny
            login or (mfa or (service or deny))         | login or mfa or service or deny
            role "admin"                                | role admin
            mfa within 90s or mfa within 1500ms         | mfa within 90s or mfa within 1500ms
            ip 2001:DB8:0:0:0:0:0:1 or ip 192.0.2.1/32  | ip 2001:db8::1 or ip 192.0.2.1
            claim tenant = {tenant}                     | claim tenant = {tenant}
            """,
            quoteCharacter = '`')
    void the_canonical_form_is_the_shortest(String written, String canonical) {
        assertThat(RulePrinter.print(RuleParser.parse(written))).isEqualTo(canonical);
    }

    @Provide
    Arbitrary<Rule> rules() {
        return ArbitraryRules.over(ArbitraryRules.clauses());
    }

    private static String withoutOffsets(Rule rule) {
        return rule.toString().replaceAll("offset=[0-9]+", "");
    }
}
