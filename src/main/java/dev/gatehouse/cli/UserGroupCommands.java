package dev.gatehouse.cli;

import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Username;
import io.vertx.core.Future;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user group …}: what people belong to; it counts from their next token on. */
final class UserGroupCommands {
    @Command(name = "group", description = "What people belong to: add, remove.")
    static final class Groups extends Cli.Group {}

    private UserGroupCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new Groups()).addSubcommand(new Add(invocation)).addSubcommand(new Remove(invocation));
    }

    /** Something with a group. */
    abstract static class Change extends UserCommand {
        @Parameters(index = "1", paramLabel = "GROUP", description = "The group's name, as rules write it.")
        String group = "";

        Change(Invocation invocation) {
            super(invocation);
        }

        @Override
        void prepare() {
            check(group);
        }

        @Override
        String said(Account account) {
            String groups = account.groups().isEmpty() ? "no group" : String.join(" ", account.groups());
            return account.username() + " is in " + groups + ", from the next token on";
        }
    }

    @Command(name = "add", description = "Put into a group.")
    static final class Add extends Change {
        Add(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().addGroup(name, group, By.CLI);
        }
    }

    @Command(name = "remove", description = "Take out of a group.")
    static final class Remove extends Change {
        Remove(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().removeGroup(name, group, By.CLI);
        }
    }

    /** Written like roles, and for the same reason. */
    static void check(String group) {
        if (!UserCommands.isName(group)) throw CommandRefused.usage("a group has no spaces, quotes or backslashes");
    }
}
