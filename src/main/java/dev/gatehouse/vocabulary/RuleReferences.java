package dev.gatehouse.vocabulary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names that rules use, so that a config can be checked as a whole: does each exist, do policies explode? */
public final class RuleReferences {
    /** Clauses of a rule once every policy in it is written out; more would make a decision slow. */
    public static final int MAX_CLAUSES = 1024;

    /** Policies within policies; more would be nothing a person can follow. */
    public static final int MAX_POLICY_DEPTH = 16;

    public enum Kind {
        SCOPE,
        ROLE,
        GROUP,
        CLIENT,
        POLICY,
        PATH_VARIABLE
    }

    /** A name at its place in the rule text. */
    public record Reference(Kind kind, String name, int offset) {
        /** How many characters to underline, as long as the name is written without quotes. */
        public int length() {
            return kind == Kind.PATH_VARIABLE ? name.length() + 2 : name.length();
        }
    }

    private RuleReferences() {}

    /** Every name in the rule, in the order of the text; policies are not followed. */
    public static List<Reference> of(Rule rule) {
        var found = new ArrayList<Reference>();
        collect(rule, found);
        return List.copyOf(found);
    }

    /** How many clauses the rule has with all policies written out, at most {@link #MAX_CLAUSES} + 1. Call it when there are no circles. */
    public static int clauses(Rule rule, Map<String, Rule> policies) {
        return clauses(rule, policies, new HashMap<>());
    }

    private static void collect(Rule rule, List<Reference> found) {
        if (rule instanceof Rule.And and) and.rules().forEach(part -> collect(part, found));
        else if (rule instanceof Rule.Or or) or.rules().forEach(part -> collect(part, found));
        else if (rule instanceof Rule.Not not) collect(not.rule(), found);
        else if (rule instanceof Rule.Scope scope) found.add(new Reference(Kind.SCOPE, scope.name(), scope.offset()));
        else if (rule instanceof Rule.Role role) found.add(new Reference(Kind.ROLE, role.name(), role.offset()));
        else if (rule instanceof Rule.Group group) found.add(new Reference(Kind.GROUP, group.name(), group.offset()));
        else if (rule instanceof Rule.Client client)
            found.add(new Reference(Kind.CLIENT, client.name(), client.offset()));
        else if (rule instanceof Rule.Policy policy)
            found.add(new Reference(Kind.POLICY, policy.name(), policy.offset()));
        else if (rule instanceof Rule.Claim claim && claim.value() instanceof Rule.Value.PathVariable variable)
            found.add(new Reference(Kind.PATH_VARIABLE, variable.name(), variable.offset()));
    }

    private static int clauses(Rule rule, Map<String, Rule> policies, Map<String, Integer> known) {
        if (rule instanceof Rule.And and) return sum(and.rules(), policies, known);
        if (rule instanceof Rule.Or or) return sum(or.rules(), policies, known);
        if (rule instanceof Rule.Not not) return clauses(not.rule(), policies, known);
        if (!(rule instanceof Rule.Policy policy)) return 1;
        Rule named = policies.get(policy.name());
        if (named == null) return 1;
        Integer before = known.get(policy.name());
        if (before != null) return before;
        int count = clauses(named, policies, known);
        known.put(policy.name(), count);
        return count;
    }

    private static int sum(List<Rule> rules, Map<String, Rule> policies, Map<String, Integer> known) {
        int sum = 0;
        for (Rule rule : rules) sum = Math.min(MAX_CLAUSES + 1, sum + clauses(rule, policies, known));
        return sum;
    }
}
