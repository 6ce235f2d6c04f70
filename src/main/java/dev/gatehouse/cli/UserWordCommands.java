package dev.gatehouse.cli;

import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Username;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code gatehouse user role …} and {@code gatehouse user group …}: what people may do and belong to; it counts from their next token on. */
final class UserWordCommands {
    /** Rules ask people for words of two kinds. */
    enum Kind {
        ROLE("role", "The role's name, as rules write it.", "has", Account::roles),
        GROUP("group", "The group's name, as rules write it.", "is in", Account::groups);

        private final String name;
        private final String described;
        private final String verb;
        private final Function<Account, List<String>> held;

        Kind(String name, String described, String verb, Function<Account, List<String>> held) {
            this.name = name;
            this.described = described;
            this.verb = verb;
            this.held = held;
        }

        /** They are joined by spaces on their way to an API, so they are written like scopes (RFC 6749 §3.3). */
        void check(String word) {
            if (!Scopes.isScopeToken(word) || word.length() > 128)
                throw CommandRefused.usage("a " + name + " has no spaces, quotes or backslashes");
        }

        private PositionalParamSpec parameter() {
            return PositionalParamSpec.builder()
                    .index("1")
                    .paramLabel(name.toUpperCase(Locale.ROOT))
                    .description(described)
                    .type(String.class)
                    .build();
        }

        private String said(Account account) {
            List<String> words = held.apply(account);
            String all = words.isEmpty() ? "no " + name : String.join(" ", words);
            return account.username() + " " + verb + " " + all + ", from the next token on";
        }
    }

    @Command(name = "role", description = "What people may do: add, remove.")
    static final class Roles extends Cli.Group {}

    @Command(name = "group", description = "What people belong to: add, remove.")
    static final class Groups extends Cli.Group {}

    private UserWordCommands() {}

    static CommandLine roles(Invocation invocation) {
        return new CommandLine(new Roles())
                .addSubcommand("add", change(new Change(invocation, Kind.ROLE, Accounts::addRole), "Give a role."))
                .addSubcommand(
                        "remove", change(new Change(invocation, Kind.ROLE, Accounts::removeRole), "Take a role away."));
    }

    static CommandLine groups(Invocation invocation) {
        return new CommandLine(new Groups())
                .addSubcommand(
                        "add", change(new Change(invocation, Kind.GROUP, Accounts::addGroup), "Put into a group."))
                .addSubcommand(
                        "remove",
                        change(new Change(invocation, Kind.GROUP, Accounts::removeGroup), "Take out of a group."));
    }

    private static CommandLine change(Change change, String description) {
        var line = new CommandLine(change);
        line.getCommandSpec().addPositional(change.word);
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    private interface Act {
        Future<Optional<Account>> on(Accounts accounts, Username name, String word, By by);
    }

    /** Something with a word. */
    @Command
    private static final class Change extends UserCommand {
        private final Kind kind;
        private final Act act;
        private final PositionalParamSpec word;

        Change(Invocation invocation, Kind kind, Act act) {
            super(invocation);
            this.kind = kind;
            this.act = act;
            this.word = kind.parameter();
        }

        private String word() {
            return word.getValue();
        }

        @Override
        void prepare() {
            kind.check(word());
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return act.on(desk.accounts(), name, word(), By.CLI);
        }

        @Override
        String said(Account account) {
            return kind.said(account);
        }
    }
}
