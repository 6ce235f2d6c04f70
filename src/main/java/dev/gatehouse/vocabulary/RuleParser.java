package dev.gatehouse.vocabulary;

import dev.gatehouse.vocabulary.RuleScanner.Kind;
import dev.gatehouse.vocabulary.RuleScanner.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a rule by recursive descent, one method for each line of the grammar of {@link Rule}; every fault says what to write instead. */
public final class RuleParser {
    static final int MAX_LENGTH = 4096;
    static final int MAX_NESTING = 32;
    static final int MAX_CLAUSES = 256;

    private static final List<String> CLAUSE_WORDS = List.of(
            "public", "login", "service", "deny", "scope", "role", "group", "client", "mfa", "ip", "claim", "policy");
    private static final List<String> JOINING_WORDS = List.of("and", "or", "not", "within");

    /** What people bring along from elsewhere. */
    private static final Map<String, String> FOREIGN_WORDS = Map.ofEntries(
            Map.entry("&&", "and"),
            Map.entry("&", "and"),
            Map.entry("+", "and"),
            Map.entry("||", "or"),
            Map.entry("|", "or"),
            Map.entry("!", "not"),
            Map.entry("anonymous", "public"),
            Map.entry("anyone", "public"),
            Map.entry("everyone", "public"),
            Map.entry("all", "public"),
            Map.entry("authenticated", "login"),
            Map.entry("user", "login"),
            Map.entry("none", "deny"),
            Map.entry("nobody", "deny"),
            Map.entry("permission", "scope"),
            Map.entry("cidr", "ip"),
            Map.entry("2fa", "mfa"),
            Map.entry("app", "client"));

    private final RuleScanner scanner;
    private Token token;
    private boolean afterMfa;
    private int nesting;
    private int clauses;

    private RuleParser(String text) {
        this.scanner = new RuleScanner(text);
        this.token = scanner.next();
    }

    /** The rule, or a {@link RuleFault} that says what is wrong and where. */
    public static Rule parse(String text) {
        if (text.length() > MAX_LENGTH)
            throw new RuleFault(
                    0,
                    text.length(),
                    "the rule is longer than " + MAX_LENGTH + " characters",
                    "name parts of it under `policies`");
        return new RuleParser(text).whole();
    }

    /** Words of the language; a name that is one of them needs quotes. */
    static boolean isReserved(String word) {
        return CLAUSE_WORDS.contains(word) || JOINING_WORDS.contains(word);
    }

    private Rule whole() {
        if (token.kind() == Kind.END)
            throw new RuleFault(
                    0, 1, "the rule is empty", "write who may, for example `login` or `scope NAME`; `deny` is nobody");
        Rule rule = rule();
        if (token.kind() == Kind.CLOSE) throw fault(token, "`)` closes nothing", "leave it out, or open it with `(`");
        if (token.kind() != Kind.END) throw notJoined();
        return rule;
    }

    private Rule rule() {
        var terms = new ArrayList<Rule>(List.of(term()));
        while (accept("or")) terms.add(term());
        return terms.size() == 1 ? terms.get(0) : new Rule.Or(terms);
    }

    private Rule term() {
        var factors = new ArrayList<Rule>(List.of(factor()));
        while (accept("and")) factors.add(factor());
        return factors.size() == 1 ? factors.get(0) : new Rule.And(factors);
    }

    private Rule factor() {
        Token first = token;
        boolean nests = first.kind() == Kind.OPEN || first.is("not");
        if (!nests) return clause();
        if (++nesting > MAX_NESTING)
            throw fault(
                    first,
                    "the rule is nested more than " + MAX_NESTING + " deep",
                    "name parts of it under `policies`");
        take();
        Rule rule = first.is("not") ? new Rule.Not(factor()) : closed(first, rule());
        nesting--;
        return rule;
    }

    private Rule closed(Token open, Rule rule) {
        if (token.kind() == Kind.END) throw fault(open, "missing `)`", "this `(` is never closed");
        if (token.kind() != Kind.CLOSE) throw notJoined();
        take();
        return rule;
    }

    private Rule clause() {
        Token word = token;
        if (word.kind() != Kind.WORD || !CLAUSE_WORDS.contains(word.text())) throw noClause(word);
        if (++clauses > MAX_CLAUSES)
            throw fault(
                    word, "the rule has more than " + MAX_CLAUSES + " clauses", "name parts of it under `policies`");
        take();
        Rule clause =
                switch (word.text()) {
                    case "public" -> new Rule.Public(word.start());
                    case "login" -> new Rule.Login(word.start());
                    case "service" -> new Rule.Service(word.start());
                    case "deny" -> new Rule.Deny(word.start());
                    case "mfa" -> mfa(word);
                    case "ip" -> ip(word);
                    case "claim" -> claim(word);
                    case "scope" -> scope(word);
                    default -> named(word);
                };
        afterMfa = clause instanceof Rule.Mfa mfa && mfa.within().isEmpty();
        return clause;
    }

    private Rule scope(Token word) {
        Token name = name(word);
        if (!Scopes.isScopeToken(name.text()))
            throw fault(
                    name,
                    "this is not a scope",
                    "a scope has no spaces, quotes, backslashes or letters beyond ASCII (RFC 6749 §3.3)");
        return new Rule.Scope(name.text(), name.start());
    }

    private Rule named(Token word) {
        Token name = name(word);
        return switch (word.text()) {
            case "role" -> new Rule.Role(name.text(), name.start());
            case "group" -> new Rule.Group(name.text(), name.start());
            case "client" -> new Rule.Client(name.text(), name.start());
            default -> new Rule.Policy(name.text(), name.start());
        };
    }

    private Rule mfa(Token word) {
        if (!accept("within")) return new Rule.Mfa(Optional.empty(), word.start());
        Token time = token;
        if (time.kind() != Kind.WORD || isReserved(time.text()))
            throw fault(time, "`within` needs a duration", "for example `mfa within 15m`");
        take();
        try {
            return new Rule.Mfa(Optional.of(DurationText.parse(time.text())), word.start());
        } catch (IllegalArgumentException wrong) {
            throw fault(
                    time,
                    String.valueOf(wrong.getMessage()),
                    "write a number and `ms`, `s`, `m`, `h` or `d`, for example `15m`");
        }
    }

    private Rule ip(Token word) {
        Token network = token;
        if (network.kind() != Kind.WORD || isReserved(network.text()))
            throw fault(network, "`ip` needs a network", "for example `ip 10.0.0.0/8` or `ip fd00::/8`");
        take();
        try {
            return new Rule.Ip(Cidr.parse(network.text()), network.start());
        } catch (IllegalArgumentException wrong) {
            throw fault(
                    network,
                    "`" + network.text() + "` is not a network: " + wrong.getMessage(),
                    "for example `" + word.text() + " 10.0.0.0/8` or `ip fd00::/8`");
        }
    }

    private Rule claim(Token word) {
        Token name = name(word);
        if (token.kind() != Kind.EQUALS) {
            boolean unequal = token.kind() == Kind.WORD && token.text().startsWith("!");
            throw fault(
                    token,
                    "`claim` needs `=` and a value",
                    unequal ? "write `not claim " + name.text() + " = …`" : "for example `claim tenant = acme`");
        }
        take();
        Token value = token;
        if (value.kind() == Kind.EQUALS) throw fault(value, "`claim` needs a value after `=`", "write a single `=`");
        if (value.kind() == Kind.WORD && isReserved(value.text())) throw reserved(value, "claim " + name.text() + " =");
        if (value.kind() == Kind.VARIABLE) {
            take();
            return new Rule.Claim(name.text(), new Rule.Value.PathVariable(value.text(), value.start()), name.start());
        }
        if (value.kind() != Kind.WORD && value.kind() != Kind.QUOTED)
            throw fault(
                    value,
                    "`claim` needs a value after `=`",
                    "for example `claim tenant = acme`, or `{name}` for a variable of the path");
        take();
        return new Rule.Claim(name.text(), new Rule.Value.Literal(value.text()), name.start());
    }

    private Token name(Token word) {
        Token name = token;
        String clause = word.text();
        if (name.kind() == Kind.VARIABLE)
            throw fault(name, "only the value of a claim can be a path variable", "put a name with braces in quotes");
        if (name.kind() == Kind.QUOTED && name.text().isBlank()) throw fault(name, "the name is empty", null);
        if (name.kind() == Kind.WORD && isReserved(name.text())) throw reserved(name, clause);
        if (name.kind() != Kind.WORD && name.kind() != Kind.QUOTED)
            throw fault(name, "`" + clause + "` needs a name", "for example `" + clause + " " + example(clause) + "`");
        take();
        return name;
    }

    private static String example(String clause) {
        return switch (clause) {
            case "scope" -> "orders:read";
            case "claim" -> "tenant = acme";
            default -> "NAME";
        };
    }

    private static RuleFault reserved(Token name, String before) {
        return fault(
                name,
                "`" + before + "` needs " + (before.endsWith("=") ? "a value" : "a name") + ", and " + name.shown()
                        + " is a word of the rule language",
                "if it is meant, put it in quotes: `" + before + " '" + name.text() + "'`");
    }

    private RuleFault noClause(Token found) {
        if (found.kind() == Kind.END)
            return fault(
                    found,
                    "the rule ends where a clause should follow",
                    "write a clause, for example `login` or `scope NAME`");
        if (found.is("and") || found.is("or") || found.is("within"))
            return fault(found, found.shown() + " joins nothing", "a clause goes before and after it");
        if (found.kind() != Kind.WORD)
            return fault(
                    found,
                    "a clause begins with a word, not with " + found.shown(),
                    "for example `login` or `scope NAME`");
        if (found.text().startsWith("!"))
            return fault(found, found.shown() + " is not a clause", "write `not` and a space");
        String close = suggestion(found.text(), CLAUSE_WORDS);
        String help = close != null
                ? "did you mean `" + close + "`?"
                : "a clause is one of: " + String.join(", ", CLAUSE_WORDS);
        return fault(found, found.shown() + " is not a clause", help);
    }

    private RuleFault notJoined() {
        List<String> joins = afterMfa ? List.of("and", "or", "within") : List.of("and", "or");
        String close = token.kind() == Kind.WORD && !CLAUSE_WORDS.contains(token.text())
                ? suggestion(token.text(), joins)
                : null;
        return fault(
                token,
                "two clauses need `and` or `or` between them",
                close != null
                        ? "did you mean `" + close + "`?"
                        : "`and` binds tighter than `or`; a name with spaces needs quotes");
    }

    private static @Nullable String suggestion(String word, List<String> known) {
        String foreign = FOREIGN_WORDS.get(word);
        if (foreign != null && (known.contains(foreign) || foreign.equals("not"))) return foreign;
        return Nearest.to(word, known).orElse(null);
    }

    private boolean accept(String word) {
        if (!token.is(word)) return false;
        take();
        return true;
    }

    private void take() {
        token = scanner.next();
    }

    private static RuleFault fault(Token token, String message, @Nullable String help) {
        return new RuleFault(token.start(), token.length(), message, help);
    }
}
