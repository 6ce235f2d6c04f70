package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH211;
import static dev.gatehouse.config.FaultCode.GH212;
import static dev.gatehouse.config.FaultCode.GH213;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.Rule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What rules name must exist: scopes, policies, and the variables of the path they are written for. */
final class RuleChecks {
    static final int DEEPEST = 32;

    private final Faults faults;
    private final KnownScopes scopes;
    private final Map<String, WrittenRule> policies;

    /** What a policy needs of the path, its own policies included; present once it has been walked. */
    private final Map<String, Needs> needs = new HashMap<>();

    private final Deque<String> walking = new ArrayDeque<>();

    private record Needs(Set<String> variables, int depth) {}

    RuleChecks(Faults faults, KnownScopes scopes, Map<String, WrittenRule> policies) {
        this.faults = faults;
        this.scopes = scopes;
        this.policies = policies;
    }

    void check(List<ApiReader.Read> apis) {
        policies.forEach((name, rule) -> {
            names(rule);
            walk(name);
        });
        for (ApiReader.Read api : apis) {
            for (RouteReader.Read read : api.routes()) {
                read.rule().ifPresent(rule -> {
                    names(rule);
                    variables(rule, read.route().pattern());
                });
            }
        }
    }

    private void names(WrittenRule written) {
        WrittenRule.forEach(written.rule(), clause -> {
            if (clause instanceof Rule.Scope scope)
                scopes.check(scope.name(), place(written, scope.offset(), scope.name()));
            if (clause instanceof Rule.Policy policy && !policies.containsKey(policy.name())) {
                String help =
                        DidYouMean.question(policy.name(), policies.keySet()).orElse(null);
                String message = "policy `" + policy.name() + "` is not defined under `policies`";
                faults.error(GH212, place(written, policy.offset(), policy.name()), message, help);
            }
        });
    }

    private void variables(WrittenRule written, RoutePattern pattern) {
        Set<String> known = Set.copyOf(pattern.variables());
        WrittenRule.forEach(written.rule(), clause -> {
            if (clause instanceof Rule.Claim claim && claim.value() instanceof Rule.Value.PathVariable variable) {
                if (!known.contains(variable.name())) missing(written, variable, known);
            }
            if (clause instanceof Rule.Policy policy && needs.containsKey(policy.name())) {
                needs.get(policy.name()).variables().stream()
                        .filter(name -> !known.contains(name))
                        .sorted()
                        .forEach(name -> faults.error(
                                GH211,
                                place(written, policy.offset(), policy.name()),
                                "policy `" + policy.name() + "` needs the variable `{" + name
                                        + "}`, and the path has none",
                                null));
            }
        });
    }

    private void missing(WrittenRule written, Rule.Value.PathVariable variable, Set<String> known) {
        String help = DidYouMean.word(variable.name(), known)
                .map(near -> "did you mean `{" + near + "}`?")
                .orElse(known.isEmpty() ? "the path has no variables" : null);
        faults.error(
                GH211,
                written.text().place(variable.offset(), variable.name().length() + 2),
                "the path has no variable `{" + variable.name() + "}`",
                help);
    }

    /** Depth first, so a policy that comes back to itself is met on the way. */
    private Needs walk(String name) {
        Needs known = needs.get(name);
        if (known != null) return known;
        walking.push(name);
        var variables = new HashSet<String>();
        int[] depth = {1};
        WrittenRule written = policies.getOrDefault(name, NONE);
        WrittenRule.forEach(written.rule(), clause -> {
            if (clause instanceof Rule.Claim claim && claim.value() instanceof Rule.Value.PathVariable variable) {
                variables.add(variable.name());
            }
            if (clause instanceof Rule.Policy policy && allowed(written, policy)) {
                Needs inner = walk(policy.name());
                variables.addAll(inner.variables());
                depth[0] = Math.max(depth[0], inner.depth() + 1);
                if (walking.size() + inner.depth() > DEEPEST) tooDeep(written, policy);
            }
        });
        walking.pop();
        var found = new Needs(variables, depth[0]);
        needs.put(name, found);
        return found;
    }

    private boolean allowed(WrittenRule written, Rule.Policy policy) {
        if (walking.contains(policy.name())) {
            String message = policy.name().equals(walking.peek())
                    ? "policy `" + policy.name() + "` refers to itself"
                    : "policy `" + policy.name() + "` refers to itself through `" + walking.peek() + "`";
            faults.error(GH213, place(written, policy.offset(), policy.name()), message, null);
            return false;
        }
        if (walking.size() < DEEPEST) return true;
        tooDeep(written, policy);
        return false;
    }

    private void tooDeep(WrittenRule written, Rule.Policy policy) {
        faults.error(
                GH213,
                place(written, policy.offset(), policy.name()),
                "policies refer to policies more than " + DEEPEST + " deep",
                null);
    }

    private static final WrittenRule NONE = new WrittenRule(new Rule.Deny(0), Text.of("", ""));

    private static Place place(WrittenRule written, int offset, String name) {
        return written.text().place(offset, name.length());
    }
}
