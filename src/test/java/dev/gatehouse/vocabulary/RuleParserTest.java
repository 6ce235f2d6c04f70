package dev.gatehouse.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RuleParserTest {
    @Test
    void not_binds_tighter_than_and_and_and_tighter_than_or() {
        assertThat(RuleParser.parse("login or not mfa and service"))
                .isEqualTo(new Rule.Or(List.of(
                        new Rule.Login(0),
                        new Rule.And(
                                List.of(new Rule.Not(new Rule.Mfa(Optional.empty(), 13)), new Rule.Service(21))))));
    }

    @Test
    void every_clause_knows_its_place() {
        assertThat(RuleParser.parse("scope a and claim tenant = {t} and mfa within 15m and ip 10.0.0.0/8"))
                .isEqualTo(new Rule.And(List.of(
                        new Rule.Scope("a", 6),
                        new Rule.Claim("tenant", new Rule.Value.PathVariable("t", 27), 18),
                        new Rule.Mfa(Optional.of(Duration.ofMinutes(15)), 35),
                        new Rule.Ip(Cidr.parse("10.0.0.0/8"), 57))));
    }

    @Test
    void quotes_hold_what_a_word_cannot() {
        assertThat(RuleParser.parse("role 'shop floor' or group \"it's\" or claim 'a=b' = 'x \\' \\\\ y'"))
                .isEqualTo(new Rule.Or(List.of(
                        new Rule.Role("shop floor", 5),
                        new Rule.Group("it's", 27),
                        new Rule.Claim("a=b", new Rule.Value.Literal("x ' \\ y"), 43))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role 'and'",
                "(login)",
                "not(login)",
                "login and(mfa)",
                "claim a=b",
                "claim https://a.example/t = '{x}'",
                "role 'café'"
            })
    void these_are_rules(String text) {
        assertThat(RuleParser.parse(text)).isNotNull();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            scop orders:read                | 0  | 4  | `scop` is not a clause                                | did you mean `scope`?
            roles admin                     | 0  | 5  | `roles` is not a clause                               | did you mean `role`?
            Login                           | 0  | 5  | `Login` is not a clause                               | did you mean `login`?
            authenticated                   | 0  | 13 | `authenticated` is not a clause                       | did you mean `login`?
            admin                           | 0  | 5  | `admin` is not a clause                               | a clause is one of: public, login, service, deny, scope, role, group, client, mfa, ip, claim, policy
            !login                          | 0  | 6  | `!login` is not a clause                              | write `not` and a space
            scope a scope b                 | 8  | 5  | two clauses need `and` or `or` between them           | `and` binds tighter than `or`; a name with spaces needs quotes
            scope a && scope b              | 8  | 2  | two clauses need `and` or `or` between them           | did you mean `and`?
            scope a an scope b              | 8  | 2  | two clauses need `and` or `or` between them           | did you mean `and`?
            role shop floor                 | 10 | 5  | two clauses need `and` or `or` between them           | `and` binds tighter than `or`; a name with spaces needs quotes
            mfa witin 5m                    | 4  | 5  | two clauses need `and` or `or` between them           | did you mean `within`?
            scope a, scope b                | 7  | 1  | `,` joins nothing                                     | write `and` or `or`
            (scope a or scope b             | 0  | 1  | missing `)`                                           | this `(` is never closed
            scope a)                        | 7  | 1  | `)` closes nothing                                    | leave it out, or open it with `(`
            scope                           | 5  | 1  | `scope` needs a name                                  | for example `scope orders:read`
            scope and role x                | 6  | 3  | `scope` needs a name, and `and` is a word of the rule language | if it is meant, put it in quotes: `scope 'and'`
            scope a and                     | 11 | 1  | the rule ends where a clause should follow            | write a clause, for example `login` or `scope NAME`
            and login                       | 0  | 3  | `and` joins nothing                                   | a clause goes before and after it
            login and and mfa               | 10 | 3  | `and` joins nothing                                   | a clause goes before and after it
            ()                              | 1  | 1  | a clause begins with a word, not with `)`             | for example `login` or `scope NAME`
            claim tenant acme               | 13 | 4  | `claim` needs `=` and a value                         | for example `claim tenant = acme`
            claim tenant == acme            | 14 | 1  | `claim` needs a value after `=`                       | write a single `=`
            claim tenant != acme            | 13 | 1  | `claim` needs `=` and a value                         | write `not claim tenant = …`
            claim type = service            | 13 | 7  | `claim type =` needs a value, and `service` is a word of the rule language | if it is meant, put it in quotes: `claim type = 'service'`
            claim t = {1x}                  | 10 | 4  | `1x` is not the name of a path variable               | put other text in quotes
            claim t = {x                    | 10 | 1  | missing `}`                                           | write `{name}` for a variable of the path
            role {x}                        | 5  | 3  | only the value of a claim can be a path variable      | put a name with braces in quotes
            role 'x                         | 5  | 2  | a quote is missing                                    | close it with '
            role 'a\\nb'                    | 7  | 1  | `\\` stands before a quote or another `\\`              | write `\\\\` for a backslash
            mfa within                      | 10 | 1  | `within` needs a duration                             | for example `mfa within 15m`
            mfa within 15                   | 11 | 2  | `15` is not a duration                                | write a number and `ms`, `s`, `m`, `h` or `d`, for example `15m`
            mfa within 0s                   | 11 | 2  | `0s` is no time at all                                | write a number and `ms`, `s`, `m`, `h` or `d`, for example `15m`
            mfa within 3651d                | 11 | 5  | `3651d` is longer than ten years                      | write a number and `ms`, `s`, `m`, `h` or `d`, for example `15m`
            ip                              | 2  | 1  | `ip` needs a network                                  | for example `ip 10.0.0.0/8` or `ip fd00::/8`
            ip 10.0.0.1/8                   | 3  | 10 | `10.0.0.1/8` is not a network: bits are set beyond the prefix | for example `ip 10.0.0.0/8` or `ip fd00::/8`
            ip 256.1.1.1                    | 3  | 9  | `256.1.1.1` is not a network: `256.1.1.1` is not an IP address | for example `ip 10.0.0.0/8` or `ip fd00::/8`
            scope 'a b'                     | 6  | 5  | this is not a scope                                   | a scope has no spaces, quotes, backslashes or letters beyond ASCII (RFC 6749 §3.3)
            role café                       | 8  | 1  | this character does not belong in a rule              | put a name that holds it in quotes
            """)
    void a_fault_says_where_what_and_what_to_write_instead(
            String text, int offset, int length, String message, String help) {
        var fault = catchThrowableOfType(RuleFault.class, () -> RuleParser.parse(text));
        assertThat(fault.message()).isEqualTo(message);
        assertThat(fault.help()).contains(help);
        assertThat(fault.offset()).isEqualTo(offset);
        assertThat(fault.length()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n"})
    void an_empty_rule_is_a_fault(String text) {
        assertThatThrownBy(() -> RuleParser.parse(text))
                .isInstanceOf(RuleFault.class)
                .hasMessage("the rule is empty");
    }

    @Test
    void a_rule_has_4096_characters_and_not_one_more() {
        assertThat(RuleParser.parse("login" + " ".repeat(4091))).isNotNull();
        assertThatThrownBy(() -> RuleParser.parse("login" + " ".repeat(4092))).hasMessageContaining("longer than 4096");
    }

    @Test
    void a_rule_is_nested_32_deep_and_not_once_more() {
        assertThat(RuleParser.parse("(".repeat(32) + "login" + ")".repeat(32))).isEqualTo(new Rule.Login(32));
        assertThatThrownBy(() -> RuleParser.parse("(".repeat(33) + "login" + ")".repeat(33)))
                .hasMessageContaining("nested more than 32");
        assertThatThrownBy(() -> RuleParser.parse("not ".repeat(33) + "login"))
                .hasMessageContaining("nested more than 32");
    }

    @Test
    void a_rule_has_256_clauses_and_not_one_more() {
        assertThat(RuleParser.parse(clauses(256))).isNotNull();
        assertThatThrownBy(() -> RuleParser.parse(clauses(257))).hasMessageContaining("more than 256 clauses");
    }

    private static String clauses(int count) {
        return IntStream.range(0, count).mapToObj(i -> "role r").collect(Collectors.joining(" or "));
    }
}
