package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may: the tree of a route rule, exactly as it was written. {@code not} binds tighter than {@code and}, {@code and} tighter than
 * {@code or}. {@link RuleParser} reads it, {@link RulePrinter} writes it back; offsets count characters from the start of the rule text, so
 * that a fault can be pointed at.
 *
 * <pre>
 * rule   = term *( "or" term )            term = factor *( "and" factor )
 * factor = "not" factor / "(" rule ")" / clause
 * clause = "public" / "login" / "service" / "deny" / "scope" NAME / "role" NAME / "group" NAME / "client" NAME
 *        / "mfa" [ "within" DURATION ] / "ip" CIDR / "claim" NAME "=" VALUE / "policy" NAME
 * </pre>
 */
public sealed interface Rule {
    /** Anybody; tokens are not even looked at when the whole rule is this. */
    record Public() implements Rule {}

    /** A person who signed in. */
    record Login() implements Rule {}

    /** A client without a user. */
    record Service() implements Rule {}

    record Deny() implements Rule {}

    record Scope(String name, int offset) implements Rule {}

    record Role(String name, int offset) implements Rule {}

    record Group(String name, int offset) implements Rule {}

    record Client(String name, int offset) implements Rule {}

    /** A second factor was shown, at most {@code within} ago when that is given; read from the claim {@code mfa_time}. */
    record Mfa(Optional<Duration> within) implements Rule {}

    record Ip(Cidr network) implements Rule {}

    /** A claim equals a value; an array claim matches by any element. {@code value} is literal text or, as {@code {name}}, a path variable. */
    record Claim(String name, Value value, int offset) implements Rule {}

    /** A rule named under {@code policies}. */
    record Policy(String name, int offset) implements Rule {}

    record Not(Rule rule) implements Rule {}

    /** Every one of two or more. */
    record And(List<Rule> rules) implements Rule {
        public And {
            rules = List.copyOf(rules);
        }
    }

    /** At least one of two or more. */
    record Or(List<Rule> rules) implements Rule {
        public Or {
            rules = List.copyOf(rules);
        }
    }

    /** What a claim is compared with. */
    sealed interface Value {
        record Literal(String text) implements Value {}

        /** The text that the path matched for {@code {name}}. */
        record PathVariable(String name, int offset) implements Value {}
    }
}
