package dev.gatehouse.policy;

import static dev.gatehouse.policy.TestClaims.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.ArbitraryRules;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleParser;
import dev.gatehouse.vocabulary.RulePrinter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Ten thousand random rules and callers, judged a second time by the slowest and plainest reading of the contract. */
final class DecisionAgreementTest {
    private static final Map<String, Rule> POLICIES = Map.of(
            "p",
            RuleParser.parse("role r or ip 10.0.0.0/8 and not scope a"),
            "q",
            RuleParser.parse("not policy p and (login or deny)"));

    /** {@code token} is null for nobody. */
    record Caller(TestClaims token, InetAddress address, String tenant) {
        Facts facts() {
            var variables = new PathVariables(List.of("t"), new int[] {1}, "/x/" + tenant, 3 + tenant.length());
            return new Facts(token == null ? null : token.claims(), address, NOW, variables);
        }
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void a_decision_agrees_with_a_naive_reading_of_the_rule(
            @ForAll("rules") Rule rule, @ForAll("callers") Caller caller) {
        CompiledPolicy policy = PolicyCompiler.compile(RuleParser.parse(RulePrinter.print(rule)), POLICIES);
        Decision decision = policy.decide(caller.facts());
        if (satisfied(rule, caller)) assertThat(decision).isInstanceOf(Decision.Allowed.class);
        else if (caller.token() == null)
            assertThat(refused(decision).reason() == Reason.LOGIN_REQUIRED).isEqualTo(someTokenCouldHelp(rule, caller));
        else assertThat(refused(decision).reason()).isNotEqualTo(Reason.LOGIN_REQUIRED);
        assertThat(withoutTrace(policy.explain(caller.facts()))).isEqualTo(decision);
    }

    @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
    void what_a_refusal_asks_for_is_what_lets_the_caller_in(
            @ForAll("rules") Rule any, @ForAll("callers") Caller caller) {
        Rule rule = withoutNot(any);
        CompiledPolicy policy = PolicyCompiler.compile(rule, Map.of());
        if (caller.token() == null || !(policy.decide(caller.facts()) instanceof Decision.Refused no)) return;
        if (no.reason() == Reason.STEP_UP_REQUIRED) {
            assertThat(satisfied(rule, new Caller(caller.token().mfa(0), caller.address(), caller.tenant())))
                    .isTrue();
        } else if (no.reason() == Reason.SCOPE_MISSING) {
            var scopes = new HashSet<>(caller.token().scopes());
            assertThat(scopes.addAll(no.scopes().values())).isTrue();
            TestClaims more = caller.token().scopes(scopes.toArray(String[]::new));
            assertThat(satisfied(rule, new Caller(more.mfa(0), caller.address(), caller.tenant())))
                    .isTrue();
        } else {
            boolean person = caller.token().claims().isPerson();
            TestClaims all = person
                    ? caller.token().scopes("a", "b").mfa(0)
                    : caller.token().scopes("a", "b");
            assertThat(satisfied(rule, new Caller(all, caller.address(), caller.tenant())))
                    .isFalse();
        }
    }

    private static boolean satisfied(Rule rule, Caller caller) {
        if (rule instanceof Rule.And and) return and.rules().stream().allMatch(part -> satisfied(part, caller));
        if (rule instanceof Rule.Or or) return or.rules().stream().anyMatch(part -> satisfied(part, caller));
        if (rule instanceof Rule.Not not) return !satisfied(not.rule(), caller);
        if (rule instanceof Rule.Policy policy) return satisfied(POLICIES.get(policy.name()), caller);
        if (rule instanceof Rule.Public) return true;
        if (rule instanceof Rule.Deny) return false;
        if (rule instanceof Rule.Ip ip)
            return caller.address().getHostAddress().startsWith("10.")
                    == ip.network().toString().startsWith("10.");
        return caller.token() != null && saidByToken(rule, caller.token(), caller.tenant());
    }

    private static boolean saidByToken(Rule rule, TestClaims token, String tenant) {
        boolean service = token.client().equals(Optional.of(token.subject()));
        if (rule instanceof Rule.Login) return !service;
        if (rule instanceof Rule.Service) return service;
        if (rule instanceof Rule.Scope scope) return token.scopes().contains(scope.name());
        if (rule instanceof Rule.Role role) return token.roles().contains(role.name());
        if (rule instanceof Rule.Group group) return token.groups().contains(group.name());
        if (rule instanceof Rule.Client client) return token.client().equals(Optional.of(client.name()));
        if (rule instanceof Rule.Mfa mfa) {
            Object time = token.more().get("mfa_time");
            long longest = mfa.within().map(within -> within.toSeconds()).orElse(Long.MAX_VALUE);
            return time != null && NOW.getEpochSecond() - (long) time <= longest;
        }
        var claim = (Rule.Claim) rule;
        String expected = claim.value() instanceof Rule.Value.Literal literal ? literal.text() : tenant;
        Object value = token.more().get(claim.name());
        return value instanceof List<?> list ? list.contains(expected) : expected.equals(value);
    }

    /** Tries every way in which the clauses about tokens could come out, each on its own. */
    private static boolean someTokenCouldHelp(Rule rule, Caller caller) {
        var results = new HashSet<Boolean>();
        possible(rule, caller, results);
        return results.contains(true);
    }

    private static void possible(Rule rule, Caller caller, Set<Boolean> into) {
        if (rule instanceof Rule.And and) into.addAll(combined(and.rules(), caller, true));
        else if (rule instanceof Rule.Or or) into.addAll(combined(or.rules(), caller, false));
        else if (rule instanceof Rule.Not not) possibleSet(not.rule(), caller).forEach(each -> into.add(!each));
        else if (rule instanceof Rule.Policy policy) possible(POLICIES.get(policy.name()), caller, into);
        else if (rule instanceof Rule.Public || rule instanceof Rule.Deny || rule instanceof Rule.Ip)
            into.add(satisfied(rule, caller));
        else into.addAll(List.of(true, false));
    }

    private static Set<Boolean> possibleSet(Rule rule, Caller caller) {
        var set = new HashSet<Boolean>();
        possible(rule, caller, set);
        return set;
    }

    private static Set<Boolean> combined(List<Rule> rules, Caller caller, boolean and) {
        Set<Boolean> sums = Set.of(and);
        for (Rule rule : rules) {
            var next = new HashSet<Boolean>();
            for (boolean sum : sums)
                for (boolean one : possibleSet(rule, caller)) next.add(and ? sum && one : sum || one);
            sums = next;
        }
        return sums;
    }

    /** Only then does more never become less. */
    private static Rule withoutNot(Rule rule) {
        if (rule instanceof Rule.And and)
            return new Rule.And(
                    and.rules().stream().map(DecisionAgreementTest::withoutNot).toList());
        if (rule instanceof Rule.Or or)
            return new Rule.Or(
                    or.rules().stream().map(DecisionAgreementTest::withoutNot).toList());
        if (rule instanceof Rule.Not not) return withoutNot(not.rule());
        return rule instanceof Rule.Policy ? new Rule.Login(0) : rule;
    }

    private static Decision.Refused refused(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        return (Decision.Refused) decision;
    }

    private static Decision withoutTrace(Decision decision) {
        assertThat(decision.trace()).isPresent();
        if (!(decision instanceof Decision.Refused no)) return new Decision.Allowed(Optional.empty());
        return new Decision.Refused(
                no.reason(), no.detail(), no.scopes(), no.maxAge(), no.acr(), no.place(), Optional.empty());
    }

    @Provide
    Arbitrary<Rule> rules() {
        return ArbitraryRules.over(Arbitraries.of(
                        "public",
                        "login",
                        "service",
                        "deny",
                        "scope a",
                        "scope b",
                        "role r",
                        "role s",
                        "group g",
                        "client c",
                        "client d",
                        "mfa",
                        "mfa within 10m",
                        "ip 10.0.0.0/8",
                        "ip 192.0.2.0/24",
                        "claim t = x",
                        "claim t = {t}",
                        "claim u = y",
                        "policy p",
                        "policy q")
                .map(RuleParser::parse));
    }

    @Provide
    Arbitrary<Caller> callers() {
        Arbitrary<TestClaims> tokens = Combinators.combine(
                        some("a", "b"),
                        some("r", "s"),
                        some("g"),
                        Arbitraries.of("c", "d", ""),
                        Arbitraries.of("c", "u_1"),
                        Arbitraries.integers().between(0, 35))
                .as(DecisionAgreementTest::token);
        return Combinators.combine(
                        tokens.injectNull(0.25),
                        Arbitraries.of("10.1.2.3", "192.0.2.1").map(Cidr::literal),
                        Arbitraries.of("x", "y", "z"))
                .as(Caller::new);
    }

    private static TestClaims token(
            Set<String> scopes, Set<String> roles, Set<String> groups, String client, String subject, int choice) {
        var more = new HashMap<String, Object>();
        if (choice % 3 > 0) more.put("mfa_time", NOW.getEpochSecond() - (choice % 3 == 1 ? 600 : 601));
        if (choice / 3 % 4 > 0)
            more.put("t", List.of("x", "y", List.of("z", "x")).get(choice / 3 % 4 - 1));
        if (choice / 12 > 0) more.put("u", choice / 12 == 1 ? "y" : 7L);
        return new TestClaims(
                subject, Optional.of(client).filter(name -> !name.isEmpty()), scopes, roles, groups, more);
    }

    private static Arbitrary<Set<String>> some(String... names) {
        return Arbitraries.subsetOf(new ArrayList<>(List.of(names)));
    }
}
