package dev.gatehouse.cli;

import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Username;
import io.vertx.core.Future;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gatehouse user …}: those that need no more than a name. */
final class UserCommands {
    @Command(
            name = "user",
            description =
                    "People: add, import, list, show, passwd, profile, attribute, role, group, invite, lock, unlock, revoke, reset-mfa, delete.")
    static final class UserGroup extends Cli.Group {}

    private UserCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new UserGroup())
                .addSubcommand(new UserAddCommand(invocation))
                .addSubcommand(new UserImportCommand(invocation))
                .addSubcommand(new UserListCommand(invocation))
                .addSubcommand(new Show(invocation))
                .addSubcommand(new UserPasswdCommand(invocation))
                .addSubcommand(new UserProfileCommand(invocation))
                .addSubcommand(new UserAttributeCommand(invocation))
                .addSubcommand(UserWordCommands.roles(invocation))
                .addSubcommand(UserWordCommands.groups(invocation))
                .addSubcommand(new UserInviteCommand(invocation))
                .addSubcommand(new Lock(invocation))
                .addSubcommand(new Unlock(invocation))
                .addSubcommand(new Revoke(invocation))
                .addSubcommand(new ResetMfa(invocation))
                .addSubcommand(new Delete(invocation));
    }

    @Command(name = "show", description = "Everything about one person, nothing of it secret.")
    static final class Show extends UserCommand {
        Show(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().find(name);
        }

        @Override
        String said(Account account) {
            return "";
        }
    }

    @Command(name = "lock", description = "Nobody signs in to it, and whoever is signed in is out.")
    static final class Lock extends UserCommand {
        Lock(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().lock(name, By.CLI);
        }

        @Override
        String said(Account account) {
            return account.username() + " is locked and signed out everywhere";
        }
    }

    @Command(name = "unlock", description = "The person may sign in again.")
    static final class Unlock extends UserCommand {
        Unlock(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().unlock(name, By.CLI);
        }

        @Override
        String said(Account account) {
            return account.username() + " may sign in";
        }
    }

    @Command(name = "revoke", description = "End every session and revoke every token of the person.")
    static final class Revoke extends UserCommand {
        Revoke(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().revoke(name, By.CLI);
        }

        @Override
        String said(Account account) {
            return account.username() + " is signed out everywhere";
        }
    }

    @Command(
            name = "reset-mfa",
            description = "Forget authenticator app, recovery codes and passkeys; the person is signed out everywhere.")
    static final class ResetMfa extends UserCommand {
        ResetMfa(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().resetFactors(name, By.CLI, desk.letters());
        }

        @Override
        String said(Account account) {
            return account.username() + " has a password and nothing beside it, and is signed out everywhere";
        }
    }

    @Command(name = "delete", description = "The account is gone, and every session and token of it ends at once.")
    static final class Delete extends UserCommand {
        Delete(Invocation invocation) {
            super(invocation);
        }

        @Override
        Future<Optional<Account>> act(Desk desk, Username name) {
            return desk.accounts().delete(name, By.CLI);
        }

        @Override
        String said(Account account) {
            return account.username() + " is gone";
        }
    }
}
