package dev.gatehouse.policy;

import dev.gatehouse.config.StepUp;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RulePrinter;
import dev.gatehouse.vocabulary.RuleReferences;
import dev.gatehouse.vocabulary.Scopes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns rules into questions. Expects what config has checked: every policy exists and none leads back to itself. */
public final class PolicyCompiler {
    private final Map<String, Rule> policies;
    private final Map<String, Part> compiled = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    private PolicyCompiler(Map<String, Rule> policies) {
        this.policies = policies;
    }

    /** A rule and what its route wants of sign-ins besides. */
    public static CompiledPolicy compile(Rule rule, Map<String, Rule> policies, StepUp stepUp) {
        CompiledPolicy alone = compile(rule, policies);
        if (stepUp.isNothing()) return alone;
        var parts = new ArrayList<Part>();
        parts.add(alone.root());
        stepUp.maxAge().map(Clause.SignedIn::within).ifPresent(parts::add);
        if (!stepUp.acr().isEmpty()) parts.add(Clause.SignedIn.by(stepUp.acr()));
        var whole = parts.stream().map(part -> part.place().text()).collect(Collectors.joining(" and "));
        Place place = alone.root().place();
        return new CompiledPolicy(Part.Group.every(new Place(whole, place.policy(), place.offset()), parts));
    }

    public static CompiledPolicy compile(Rule rule, Map<String, Rule> policies) {
        Part root = new PolicyCompiler(policies).part(rule, Optional.empty());
        if (RuleReferences.clauses(rule, policies) > RuleReferences.MAX_CLAUSES)
            throw new IllegalArgumentException(
                    "the rule has more than " + RuleReferences.MAX_CLAUSES + " clauses with its policies written out");
        return new CompiledPolicy(root);
    }

    private Part part(Rule rule, Optional<String> policy) {
        var place = new Place(RulePrinter.print(rule), policy, offset(rule));
        if (rule instanceof Rule.And and) return Part.Group.every(place, parts(and.rules(), policy));
        if (rule instanceof Rule.Or or) return Part.Group.any(place, parts(or.rules(), policy));
        if (rule instanceof Rule.Not not) return new Part.Inverse(place, part(not.rule(), policy));
        if (rule instanceof Rule.Policy named) return new Part.Named(place, named(named.name()));
        return clause((Rule.Clause) rule, place);
    }

    private List<Part> parts(List<Rule> rules, Optional<String> policy) {
        return rules.stream().map(rule -> part(rule, policy)).toList();
    }

    private Part named(String name) {
        Part known = compiled.get(name);
        if (known != null) return known;
        Rule rule = policies.get(name);
        if (rule == null) throw new IllegalArgumentException("there is no policy " + name);
        if (!open.add(name)) throw new IllegalArgumentException("policy " + name + " leads back to itself");
        if (open.size() > RuleReferences.MAX_POLICY_DEPTH)
            throw new IllegalArgumentException("policies lie more than " + RuleReferences.MAX_POLICY_DEPTH + " deep");
        Part fresh = part(rule, Optional.of(name));
        open.remove(name);
        compiled.put(name, fresh);
        return fresh;
    }

    /** Where its first clause is. */
    private static int offset(Rule rule) {
        if (rule instanceof Rule.And and) return offset(and.rules().get(0));
        if (rule instanceof Rule.Or or) return offset(or.rules().get(0));
        if (rule instanceof Rule.Not not) return offset(not.rule());
        return ((Rule.Clause) rule).offset();
    }

    private static Part clause(Rule.Clause clause, Place place) {
        if (clause instanceof Rule.Public) return new Clause.Constant(place, Answer.YES);
        if (clause instanceof Rule.Ip ip) return new Clause.Network(place, ip.network());
        if (clause instanceof Rule.Mfa mfa) return Clause.SignedIn.twice(place, mfa.within());
        if (clause instanceof Rule.Login) return person(place, true);
        if (clause instanceof Rule.Service) return person(place, false);
        if (clause instanceof Rule.Scope scope) return scope(scope.name(), place);
        if (clause instanceof Rule.Role role) return role(role.name(), place);
        if (clause instanceof Rule.Group group) return group(group.name(), place);
        if (clause instanceof Rule.Client client) return client(client.name(), place);
        if (clause instanceof Rule.Claim claim) return claim(claim, place);
        return new Clause.Constant(place, Answer.NO);
    }

    private static Part person(Place place, boolean wanted) {
        Missing told = Missing.other(Reason.CLIENT_NOT_ALLOWED, place);
        return new Clause.OfToken(
                place,
                told,
                told,
                (claims, facts) -> Answer.of(claims.isPerson() == wanted),
                claims -> claims.isPerson() ? "a person is asking" : "a client is asking on its own behalf");
    }

    private static Part scope(String name, Place place) {
        return new Clause.OfToken(
                place,
                Missing.scope(new Scopes(Set.of(name)), place),
                Missing.other(Reason.DENIED, place),
                (claims, facts) -> Answer.of(claims.scopes().has(name)),
                claims -> has("scopes", claims.scopes().values()));
    }

    private static Part role(String name, Place place) {
        return new Clause.OfToken(
                place,
                Missing.other(Reason.ROLE_MISSING, place),
                Missing.other(Reason.DENIED, place),
                (claims, facts) -> Answer.of(claims.roles().contains(name)),
                claims -> has("roles", claims.roles()));
    }

    private static Part group(String name, Place place) {
        return new Clause.OfToken(
                place,
                Missing.other(Reason.GROUP_MISSING, place),
                Missing.other(Reason.DENIED, place),
                (claims, facts) -> Answer.of(claims.groups().contains(name)),
                claims -> has("groups", claims.groups()));
    }

    private static Part client(String name, Place place) {
        Missing told = Missing.other(Reason.CLIENT_NOT_ALLOWED, place);
        return new Clause.OfToken(
                place,
                told,
                told,
                (claims, facts) -> Answer.of(claims.client().isPresent()
                        && claims.client().get().value().equals(name)),
                claims -> claims.client().map(id -> "the client is " + id).orElse("the token names no client"));
    }

    private static Part claim(Rule.Claim claim, Place place) {
        ClaimQuestion.Expected expected = claim.value() instanceof Rule.Value.PathVariable variable
                ? facts -> ClaimQuestion.variable(facts, variable.name())
                : facts -> ((Rule.Value.Literal) claim.value()).text();
        var question = new ClaimQuestion(claim.name(), expected);
        Missing told = Missing.other(Reason.CLAIM_MISMATCH, place);
        return new Clause.OfToken(place, told, told, question, question::found);
    }

    private static String has(String what, Collection<String> values) {
        return values.isEmpty()
                ? "the token has no " + what
                : "the token has the " + what + ": " + String.join(" ", values);
    }
}
