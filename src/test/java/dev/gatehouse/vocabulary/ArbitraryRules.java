package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Rules of any shape, for properties. */
public final class ArbitraryRules {
    private ArbitraryRules() {}

    /** Trees up to three levels deep over the given clauses. */
    public static Arbitrary<Rule> over(Arbitrary<Rule> clauses) {
        return over(clauses, 3);
    }

    private static Arbitrary<Rule> over(Arbitrary<Rule> clauses, int depth) {
        if (depth == 0) return clauses;
        Arbitrary<Rule> smaller = over(clauses, depth - 1);
        return Arbitraries.frequencyOf(
                Tuple.of(2, clauses),
                Tuple.of(1, smaller.map(Rule.Not::new)),
                Tuple.of(2, smaller.list().ofMinSize(2).ofMaxSize(3).map(Rule.And::new)),
                Tuple.of(2, smaller.list().ofMinSize(2).ofMaxSize(3).map(Rule.Or::new)));
    }

    /** Clauses with every kind of name, network and duration that can be written. */
    public static Arbitrary<Rule> clauses() {
        return Arbitraries.oneOf(
                Arbitraries.of(new Rule.Public(0), new Rule.Login(0), new Rule.Service(0), new Rule.Deny(0)),
                scopes().map(name -> new Rule.Scope(name, 0)),
                names().map(name -> new Rule.Role(name, 0)),
                names().map(name -> new Rule.Group(name, 0)),
                names().map(name -> new Rule.Client(name, 0)),
                names().map(name -> new Rule.Policy(name, 0)),
                durations().map(time -> new Rule.Mfa(time, 0)),
                networks().map(network -> new Rule.Ip(network, 0)),
                names().flatMap(name -> values().map(value -> new Rule.Claim(name, value, 0))));
    }

    private static Arbitrary<String> scopes() {
        Arbitrary<String> any = Arbitraries.strings()
                .withCharRange('!', '~')
                .excludeChars('"', '\\')
                .ofMinLength(1)
                .ofMaxLength(12);
        return Arbitraries.oneOf(any, Arbitraries.of("orders:read", "and", "scope", "(a,b)", "{x}", "it's"));
    }

    private static Arbitrary<String> names() {
        Arbitrary<String> any = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars("é漢\"'\\")
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(name -> !name.isBlank());
        return Arbitraries.oneOf(
                any, Arbitraries.of("admin", "and", "within", "public", "{x}", "https://a.example/c", "a=b"));
    }

    private static Arbitrary<Rule.Value> values() {
        return Arbitraries.oneOf(
                names().map(Rule.Value.Literal::new),
                Arbitraries.of(
                        new Rule.Value.Literal(""),
                        new Rule.Value.PathVariable("tenant", 0),
                        new Rule.Value.PathVariable("_x9", 0)));
    }

    private static Arbitrary<Optional<Duration>> durations() {
        Arbitrary<Duration> millis =
                Arbitraries.longs().between(1, 3650L * 24 * 3600 * 1000).map(Duration::ofMillis);
        return Arbitraries.oneOf(millis, Arbitraries.longs().between(1, 3650).map(Duration::ofDays))
                .optional();
    }

    private static Arbitrary<Cidr> networks() {
        List<String> some = List.of(
                "0.0.0.0/0",
                "10.0.0.0/8",
                "192.0.2.7",
                "::/0",
                "::1",
                "fd00::/8",
                "2001:db8:0:0:1:0:0:1",
                "1:2:3:4:5:6:7:8/127",
                "0:0:1::");
        return Arbitraries.of(some).map(Cidr::parse);
    }
}
