package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH131;
import static dev.gatehouse.config.FaultCode.GH211;
import static dev.gatehouse.config.FaultCode.GH212;
import static dev.gatehouse.config.FaultCode.GH213;
import static dev.gatehouse.vocabulary.RuleReferences.MAX_CLAUSES;
import static dev.gatehouse.vocabulary.RuleReferences.MAX_POLICY_DEPTH;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleReferences;
import dev.gatehouse.vocabulary.RuleReferences.Kind;
import dev.gatehouse.vocabulary.RuleReferences.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What rules name must exist: scopes, policies, and the variables of the path they are written for. */
final class RuleChecks {
    private final Faults faults;
    private final KnownScopes scopes;
    private final Map<String, WrittenRule> policies;

    /** What a policy needs of the path, its own policies included; there once it has been walked. */
    private final Map<String, Needs> needs = new HashMap<>();

    /** The policies on the way to where the walk is, the nearest first. */
    private final Deque<String> way = new ArrayDeque<>();

    private boolean endless;

    private record Needs(Set<String> variables, int depth) {}

    RuleChecks(Faults faults, KnownScopes scopes, Map<String, WrittenRule> policies) {
        this.faults = faults;
        this.scopes = scopes;
        this.policies = policies;
    }

    void check(List<ApiReader.Read> apis) {
        policies.forEach((name, rule) -> {
            names(rule);
            walk(name, rule);
        });
        for (ApiReader.Read api : apis) {
            for (RouteReader.Read read : api.routes()) {
                read.rule().ifPresent(rule -> route(rule, read.route().pattern()));
            }
        }
        if (!endless) sizes(apis);
    }

    private void route(WrittenRule written, RoutePattern pattern) {
        names(written);
        var known = Set.copyOf(pattern.variables());
        for (Reference reference : RuleReferences.of(written.rule())) {
            if (reference.kind() == Kind.PATH_VARIABLE && !known.contains(reference.name()))
                missing(written, reference, known);
            if (reference.kind() != Kind.POLICY || !needs.containsKey(reference.name())) continue;
            for (String variable : needs.get(reference.name()).variables()) {
                if (!known.contains(variable)) missingForPolicy(written, reference, variable);
            }
        }
    }

    private void names(WrittenRule written) {
        for (Reference reference : RuleReferences.of(written.rule())) {
            if (reference.kind() == Kind.SCOPE) scopes.check(reference.name(), written.place(reference));
            if (reference.kind() != Kind.POLICY || policies.containsKey(reference.name()) || faults.isFull()) continue;
            faults.error(
                    GH212,
                    written.place(reference),
                    "policy `" + reference.name() + "` is not defined under `policies`",
                    DidYouMean.question(reference.name(), policies.keySet()).orElse(null));
        }
    }

    private void missing(WrittenRule written, Reference variable, Set<String> known) {
        String help = DidYouMean.word(variable.name(), known)
                .map(near -> "did you mean `{" + near + "}`?")
                .orElse(known.isEmpty() ? "the path has no variables" : null);
        faults.error(GH211, written.place(variable), "the path has no variable `{" + variable.name() + "}`", help);
    }

    private void missingForPolicy(WrittenRule written, Reference policy, String variable) {
        faults.error(
                GH211,
                written.place(policy),
                "the path has no variable `{" + variable + "}`, which policy `" + policy.name() + "` needs",
                null);
    }

    /** Depth first and never deeper than a decision may go, so that a policy which comes back to itself is met on the way. */
    private Needs walk(String name, WrittenRule written) {
        Needs known = needs.get(name);
        if (known != null) return known;
        way.push(name);
        var variables = new TreeSet<String>();
        int depth = 1;
        for (Reference reference : RuleReferences.of(written.rule())) {
            if (reference.kind() == Kind.PATH_VARIABLE) variables.add(reference.name());
            WrittenRule next = reference.kind() == Kind.POLICY ? policies.get(reference.name()) : null;
            if (next == null || comesBack(written, reference)) continue;
            if (way.size() == MAX_POLICY_DEPTH) {
                tooDeep(written, reference);
                continue;
            }
            Needs inner = walk(reference.name(), next);
            variables.addAll(inner.variables());
            depth = Math.max(depth, inner.depth() + 1);
            if (way.size() + inner.depth() > MAX_POLICY_DEPTH) tooDeep(written, reference);
        }
        way.pop();
        var found = new Needs(variables, depth);
        needs.put(name, found);
        return found;
    }

    private boolean comesBack(WrittenRule written, Reference policy) {
        if (!way.contains(policy.name())) return false;
        endless = true;
        String through = policy.name().equals(way.peek()) ? "" : " through `" + way.peek() + "`";
        faults.error(GH213, written.place(policy), "policy `" + policy.name() + "` refers to itself" + through, null);
        return true;
    }

    private void tooDeep(WrittenRule written, Reference policy) {
        endless = true;
        String message = "policies refer to policies more than " + MAX_POLICY_DEPTH + " deep";
        faults.error(GH213, written.place(policy), message, null);
    }

    private void sizes(List<ApiReader.Read> apis) {
        var rules = new LinkedHashMap<String, Rule>();
        policies.forEach((name, written) -> rules.put(name, written.rule()));
        apis.stream()
                .flatMap(api -> api.routes().stream())
                .flatMap(read -> read.rule().stream())
                .filter(written -> RuleReferences.clauses(written.rule(), rules) > MAX_CLAUSES)
                .forEach(written -> faults.error(
                        GH131,
                        written.text().place(),
                        "with its policies written out the rule has more than " + MAX_CLAUSES + " clauses",
                        null));
    }
}
