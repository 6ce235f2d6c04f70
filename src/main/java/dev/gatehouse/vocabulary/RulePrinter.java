package dev.gatehouse.vocabulary;

import java.util.List;
import java.util.stream.Collectors;

/** Writes a rule in its shortest form: no parentheses and no quotes that could be left out. Equal text means equal rules. */
public final class RulePrinter {
    /** How tightly a part holds together, loosest first. */
    private enum Binding {
        OR,
        AND,
        NOT
    }

    private RulePrinter() {}

    public static String print(Rule rule) {
        return print(rule, Binding.OR);
    }

    /** {@code around} is what the text must hold its own against. */
    private static String print(Rule rule, Binding around) {
        if (rule instanceof Rule.Or or) return enclosed(joined(or.rules(), " or ", Binding.AND), Binding.OR, around);
        if (rule instanceof Rule.And and)
            return enclosed(joined(and.rules(), " and ", Binding.NOT), Binding.AND, around);
        if (rule instanceof Rule.Not not) return "not " + print(not.rule(), Binding.NOT);
        return clause((Rule.Clause) rule);
    }

    private static String joined(List<Rule> rules, String word, Binding around) {
        return rules.stream().map(rule -> print(rule, around)).collect(Collectors.joining(word));
    }

    private static String enclosed(String text, Binding own, Binding around) {
        return own.compareTo(around) < 0 ? "(" + text + ")" : text;
    }

    private static String clause(Rule.Clause clause) {
        if (clause instanceof Rule.Public) return "public";
        if (clause instanceof Rule.Login) return "login";
        if (clause instanceof Rule.Service) return "service";
        if (clause instanceof Rule.Deny) return "deny";
        if (clause instanceof Rule.Scope scope) return "scope " + name(scope.name());
        if (clause instanceof Rule.Role role) return "role " + name(role.name());
        if (clause instanceof Rule.Group group) return "group " + name(group.name());
        if (clause instanceof Rule.Client client) return "client " + name(client.name());
        if (clause instanceof Rule.Policy policy) return "policy " + name(policy.name());
        if (clause instanceof Rule.Mfa mfa)
            return mfa.within()
                    .map(time -> "mfa within " + DurationText.print(time))
                    .orElse("mfa");
        if (clause instanceof Rule.Ip ip) return "ip " + ip.network();
        var claim = (Rule.Claim) clause;
        return "claim " + name(claim.name()) + " = " + value(claim.value());
    }

    private static String value(Rule.Value value) {
        if (value instanceof Rule.Value.PathVariable variable) return "{" + variable.name() + "}";
        return name(((Rule.Value.Literal) value).text());
    }

    private static String name(String name) {
        boolean plain = !name.isEmpty()
                && name.chars().allMatch(c -> RuleScanner.isWordCharacter((char) c))
                && !RuleParser.isReserved(name);
        if (plain) return name;
        char quote = name.indexOf('\'') >= 0 && name.indexOf('"') < 0 ? '"' : '\'';
        String escaped = name.replace("\\", "\\\\").replace(String.valueOf(quote), "\\" + quote);
        return quote + escaped + quote;
    }
}
