package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.RuleReferences.Kind;
import dev.gatehouse.vocabulary.RuleReferences.Reference;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RuleReferencesTest {
    @Test
    void every_name_is_found_at_its_place() {
        var rule = RuleParser.parse("scope a and (not role b or policy p) and claim t = {x}");
        assertThat(RuleReferences.of(rule))
                .containsExactly(
                        new Reference(Kind.SCOPE, "a", 6),
                        new Reference(Kind.ROLE, "b", 22),
                        new Reference(Kind.POLICY, "p", 34),
                        new Reference(Kind.PATH_VARIABLE, "x", 51));
    }

    @Test
    void policies_that_double_each_other_are_counted_without_being_written_out() {
        var policies = new HashMap<String, Rule>(Map.of("p0", RuleParser.parse("login")));
        for (int i = 1; i <= 40; i++)
            policies.put("p" + i, RuleParser.parse("policy p" + (i - 1) + " and policy p" + (i - 1)));
        assertThat(RuleReferences.clauses(RuleParser.parse("policy p3"), policies))
                .isEqualTo(8);
        assertThat(RuleReferences.clauses(RuleParser.parse("policy p40"), policies))
                .isEqualTo(RuleReferences.MAX_CLAUSES + 1);
    }
}
