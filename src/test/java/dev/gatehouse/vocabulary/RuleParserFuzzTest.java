package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever is written in a rule is read or refused; what is read can be written again. */
final class RuleParserFuzzTest {
    @FuzzTest
    void any_text_is_a_rule_or_a_fault_within_it(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Rule rule;
        try {
            rule = RuleParser.parse(text);
        } catch (RuleFault fault) {
            assertThat(fault.offset()).isBetween(0, text.length());
            assertThat(fault.message()).isNotBlank();
            return;
        }
        String printed = RulePrinter.print(rule);
        if (printed.length() <= RuleParser.MAX_LENGTH)
            assertThat(RulePrinter.print(RuleParser.parse(printed))).isEqualTo(printed);
    }
}
