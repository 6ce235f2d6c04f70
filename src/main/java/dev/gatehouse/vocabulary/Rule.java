package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may: the tree of a route rule. {@code not} binds tighter than {@code and}, {@code and} tighter than {@code or}. {@link RuleParser} reads
 * it, {@link RulePrinter} writes it back. Two rules mean the same to a reader when they print the same; {@code equals} also compares places.
 *
 * <pre>
 * rule   = term *( "or" term )            term = factor *( "and" factor )
 * factor = "not" factor / "(" rule ")" / clause
 * clause = "public" / "login" / "service" / "deny" / "scope" NAME / "role" NAME / "group" NAME / "client" NAME
 *        / "mfa" [ "within" DURATION ] / "ip" CIDR / "claim" NAME "=" VALUE / "policy" NAME
 * </pre>
 */
public sealed interface Rule {
    /** A rule without parts. */
    sealed interface Clause extends Rule {
        /** Where its name begins, or its word when it has no name: characters from the start of the rule text. */
        int offset();
    }

    /** Anybody; tokens are not even looked at when the whole rule is this. */
    record Public(int offset) implements Clause {}

    /** A person who signed in. */
    record Login(int offset) implements Clause {}

    /** A client without a user. */
    record Service(int offset) implements Clause {}

    record Deny(int offset) implements Clause {}

    record Scope(String name, int offset) implements Clause {}

    record Role(String name, int offset) implements Clause {}

    record Group(String name, int offset) implements Clause {}

    record Client(String name, int offset) implements Clause {}

    /** A second factor was shown, at most {@code within} ago when that is given; read from the claim {@code mfa_time}. */
    record Mfa(Optional<Duration> within, int offset) implements Clause {}

    record Ip(Cidr network, int offset) implements Clause {}

    /** A claim equals a value; an array claim matches by any element. {@code value} is literal text or, as {@code {name}}, a path variable. */
    record Claim(String name, Value value, int offset) implements Clause {}

    /** A rule named under {@code policies}. */
    record Policy(String name, int offset) implements Clause {}

    record Not(Rule rule) implements Rule {}

    /** Every one of two or more; an {@code and} within an {@code and} is the same {@code and}. */
    record And(List<Rule> rules) implements Rule {
        public And {
            var flat = new ArrayList<Rule>();
            for (Rule rule : rules) {
                if (rule instanceof And inner) flat.addAll(inner.rules);
                else flat.add(rule);
            }
            rules = twoOrMore(flat);
        }
    }

    /** At least one of two or more; an {@code or} within an {@code or} is the same {@code or}. */
    record Or(List<Rule> rules) implements Rule {
        public Or {
            var flat = new ArrayList<Rule>();
            for (Rule rule : rules) {
                if (rule instanceof Or inner) flat.addAll(inner.rules);
                else flat.add(rule);
            }
            rules = twoOrMore(flat);
        }
    }

    /** What a claim is compared with. */
    sealed interface Value {
        record Literal(String text) implements Value {}

        /** The text that the path matched for {@code {name}}. */
        record PathVariable(String name, int offset) implements Value {}
    }

    private static List<Rule> twoOrMore(List<Rule> rules) {
        if (rules.size() < 2) throw new IllegalArgumentException("two rules or more are joined");
        return List.copyOf(rules);
    }
}
