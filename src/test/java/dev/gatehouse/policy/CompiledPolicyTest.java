package dev.gatehouse.policy;

import static dev.gatehouse.policy.TestClaims.NOW;
import static dev.gatehouse.policy.TestClaims.alice;
import static dev.gatehouse.policy.TestClaims.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleParser;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompiledPolicyTest {
    private static final Map<String, Rule> POLICIES = Map.of(
            "support-desk", RuleParser.parse("role support and (ip 10.20.0.0/16 or mfa within 30m)"),
            "open", RuleParser.parse("public"),
            "inside", RuleParser.parse("ip 10.0.0.0/8"));

    private static final PathVariables PATH =
            new PathVariables(List.of("tenant", "odd"), new int[] {0, 1}, "/acme/acme;x/z", 14);

    @ParameterizedTest
    @ValueSource(strings = {"public", "(public)", "policy open"})
    void public_is_known_beforehand(String rule) {
        assertThat(compile(rule).isPublic()).isTrue();
        assertThat(compile(rule + " or login").isPublic()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "public, allowed",
        "login, login_required",
        "deny, denied",
        "not login, allowed",
        "not public, denied",
        "scope a, login_required",
        "not scope a, allowed",
        "ip 10.0.0.0/8, allowed",
        "ip 192.0.2.0/24, network_not_allowed",
        "ip 192.0.2.0/24 and scope a, network_not_allowed",
        "ip 10.0.0.0/8 and scope a, login_required",
        "ip 192.0.2.0/24 or scope a, login_required",
        "deny and login, denied",
        "deny or login, login_required",
        "login and not ip 10.0.0.0/8, network_not_allowed",
        "policy inside, allowed",
        "policy support-desk, login_required",
        "mfa, login_required",
        "service, login_required",
        "not (login or public), denied"
    })
    void without_a_token_it_is_yes_or_sign_in_or_never(String rule, String outcome) {
        assertThat(outcome(rule, null)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "login, allowed",
        "service, client_not_allowed",
        "not login, client_not_allowed",
        "scope orders:read, allowed",
        "scope orders:write, scope_missing",
        "role customer, allowed",
        "role admin, role_missing",
        "group staff, allowed",
        "group chiefs, group_missing",
        "client web-shop, allowed",
        "client other, client_not_allowed",
        "claim plan = gold, allowed",
        "claim plan = silver, claim_mismatch",
        "claim tags = b, allowed",
        "claim tags = c, claim_mismatch",
        "claim age = 42, allowed",
        "claim half = 0.5, allowed",
        "claim whole = 3, allowed",
        "claim flag = true, allowed",
        "claim nested = x, claim_mismatch",
        "claim none = '', claim_mismatch",
        "claim tenant = {tenant}, allowed",
        "claim tenant = {odd}, claim_mismatch",
        "not claim tenant = {odd}, claim_mismatch",
        "not claim tenant = {nowhere}, claim_mismatch",
        "not claim plan = silver, allowed",
        "deny, denied",
        "not role customer, denied",
        "ip 192.0.2.0/24, network_not_allowed",
        "policy support-desk, role_missing"
    })
    void with_a_token_every_clause_has_its_reason(String rule, String outcome) {
        TestClaims token = alice().scopes("orders:read")
                .roles("customer")
                .groups("staff")
                .with("plan", "gold")
                .with("tags", List.of("a", "b"))
                .with("age", 42L)
                .with("half", 0.5)
                .with("whole", 3.0)
                .with("flag", true)
                .with("nested", Map.of("x", "x"))
                .with("tenant", "acme");
        assertThat(outcome(rule, token)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "mfa, 1000, allowed",
        "mfa within 15m, 15, allowed",
        "mfa within 15m, 16, step_up_required",
        "mfa within 15m, -1, allowed",
        "mfa, -2, step_up_required"
    })
    void a_second_factor_is_recent_or_asked_for_again(String rule, long minutes, String outcome) {
        assertThat(outcome(rule, alice().mfa(minutes))).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "", "1732190400"})
    void a_time_that_is_not_a_number_is_no_second_factor(String time) {
        assertThat(outcome("mfa", alice().with("mfa_time", time))).isEqualTo("step_up_required");
        assertThat(outcome("mfa", alice().with("mfa_time", 0L))).isEqualTo("step_up_required");
        assertThat(outcome("mfa", alice().with("mfa_time", Double.NaN))).isEqualTo("step_up_required");
    }

    @Test
    void a_client_on_its_own_is_never_asked_for_a_second_factor() {
        assertThat(outcome("mfa", job())).isEqualTo("client_not_allowed");
        assertThat(outcome("service", job())).isEqualTo("allowed");
        assertThat(outcome("login", job())).isEqualTo("client_not_allowed");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "scope a and scope b,                       scope_missing,    a b, -",
                "scope a or scope b,                        scope_missing,    a,   -",
                "scope a and mfa within 5m,                 scope_missing,    a,   -",
                "scope a or mfa within 5m,                  step_up_required, '',  5",
                "mfa within 5m and mfa within 3m and login, step_up_required, '',  3",
                "mfa and login,                             step_up_required, '',  -",
                "scope a and role b,                        role_missing,     '',  -",
                "role b and group c,                        role_missing,     '',  -",
                "group c or role b,                         group_missing,    '',  -",
                "scope a or role b,                         scope_missing,    a,   -",
                "deny or role b,                            role_missing,     '',  -",
                "scope a and deny,                          denied,           '',  -",
                "not (login or deny),                       client_not_allowed, '', -",
                "not (login and public),                    client_not_allowed, '', -",
                "role x and (ip 192.0.2.0/24 or mfa),       role_missing,     '',  -"
            })
    void the_refusal_that_is_told_is_the_one_whose_remedy_would_help(
            String rule, String reason, String scopes, Long minutes) {
        var refused = (Decision.Refused) compile(rule).decide(facts(alice()));
        assertThat(refused.reason().code()).isEqualTo(reason);
        assertThat(refused.scopes()).hasToString(scopes);
        assertThat(refused.maxAge()).isEqualTo(Optional.ofNullable(minutes).map(Duration::ofMinutes));
    }

    @Test
    void only_scopes_are_named_to_the_caller() {
        assertThat(detail("scope orders:write")).isEqualTo("The token lacks the scope orders:write.");
        assertThat(detail("scope a and scope b")).isEqualTo("The token lacks the scopes a b.");
        for (String secret :
                List.of("role zebra", "group zebra", "client zebra", "claim zebra = zebra", "not claim x = {odd}"))
            assertThat(detail(secret)).doesNotContain("zebra").isNotBlank();
        assertThat(detail("ip 192.0.2.0/24")).doesNotContain("192");
    }

    @Test
    void a_refusal_names_the_clause_to_blame_for_those_who_may_know() {
        var refused =
                (Decision.Refused) compile("login and policy support-desk").decide(facts(alice()));
        assertThat(refused.place()).isEqualTo(new Place("role support", Optional.of("support-desk"), 5));
        assertThat(((Decision.Refused) compile("login and scope a").decide(facts(alice()))).place())
                .isEqualTo(new Place("scope a", Optional.empty(), 16));
    }

    @Test
    void explain_answers_every_clause_and_decide_stops_early() {
        var decision = compile("policy support-desk or login").explain(facts(alice().roles("customer")));
        assertThat(decision).isInstanceOf(Decision.Allowed.class);
        assertThat(compile("login").decide(facts(alice())).trace()).isEmpty();
        assertThat(lines(decision.trace().orElseThrow(), 0))
                .isEqualTo(
                        """
                YES policy support-desk or login
                  NO policy support-desk
                    NO role support and (ip 10.20.0.0/16 or mfa within 30m)
                      NO role support: the token has the roles: customer
                      NO ip 10.20.0.0/16 or mfa within 30m
                        NO ip 10.20.0.0/16: the caller is at 10.1.2.3
                        NO mfa within 30m: the token does not say that a second factor was shown
                  YES login: a person is asking
                """);
    }

    @Test
    void a_policy_that_is_missing_or_goes_round_or_explodes_is_not_compiled() {
        assertThatThrownBy(() -> compile("policy nowhere")).hasMessage("there is no policy nowhere");
        var round = Map.of("a", RuleParser.parse("policy b"), "b", RuleParser.parse("not policy a"));
        assertThatThrownBy(() -> PolicyCompiler.compile(RuleParser.parse("policy a"), round))
                .hasMessageContaining("leads back to itself");
        var doubling = new HashMap<String, Rule>(Map.of("p0", RuleParser.parse("login")));
        for (int i = 1; i <= 11; i++)
            doubling.put("p" + i, RuleParser.parse("policy p" + (i - 1) + " and policy p" + (i - 1)));
        assertThat(PolicyCompiler.compile(RuleParser.parse("policy p10"), doubling))
                .isNotNull();
        assertThatThrownBy(() -> PolicyCompiler.compile(RuleParser.parse("policy p11"), doubling))
                .hasMessageContaining("more than 1024 clauses");
    }

    @Test
    void policies_lie_16_deep_and_not_one_more() {
        var chain = new HashMap<String, Rule>(Map.of("p1", RuleParser.parse("login")));
        for (int i = 2; i <= 17; i++) chain.put("p" + i, RuleParser.parse("policy p" + (i - 1)));
        assertThat(PolicyCompiler.compile(RuleParser.parse("policy p16"), chain))
                .isNotNull();
        assertThatThrownBy(() -> PolicyCompiler.compile(RuleParser.parse("policy p17"), chain))
                .hasMessage("policies lie more than 16 deep");
    }

    private static String lines(Trace trace, int depth) {
        String found = trace.found().isEmpty() ? "" : ": " + trace.found();
        return "  ".repeat(depth) + trace.answer() + " " + trace.place().text() + found + "\n"
                + trace.parts().stream().map(part -> lines(part, depth + 1)).collect(Collectors.joining());
    }

    private static String detail(String rule) {
        return ((Decision.Refused) compile(rule).decide(facts(alice()))).detail();
    }

    private static String outcome(String rule, TestClaims token) {
        Decision decision = compile(rule).decide(facts(token));
        return decision instanceof Decision.Refused no ? no.reason().code() : "allowed";
    }

    private static CompiledPolicy compile(String rule) {
        return PolicyCompiler.compile(RuleParser.parse(rule), POLICIES);
    }

    private static Facts facts(TestClaims token) {
        return new Facts(token == null ? null : token.claims(), Cidr.literal("10.1.2.3"), NOW, PATH);
    }
}
