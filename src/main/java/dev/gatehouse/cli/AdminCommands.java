package dev.gatehouse.cli;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.Administrators.Applicant;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse admin …}: who administers the house, and how they get in. */
final class AdminCommands {
    @Command(name = "admin", description = "Administrators: create, recover, list.")
    static final class AdminGroup extends Cli.Group {}

    private AdminCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new AdminGroup())
                .addSubcommand(new Create(invocation))
                .addSubcommand(new Recover(invocation))
                .addSubcommand(new ListAll(invocation));
    }

    private static boolean isAdministrator(Account account) {
        return account.roles().contains(Administrators.ROLE);
    }

    @Command(name = "create", description = "Make an account that administers the house.")
    static final class Create implements Callable<Integer> {
        private final Invocation invocation;

        @Parameters(paramLabel = "NAME", description = "The user name.")
        private String name = "";

        @Option(names = "--email", paramLabel = "ADDRESS", description = "The mail address.")
        private Optional<String> email = Optional.empty();

        @Mixin
        private final NewPassword password = new NewPassword();

        Create(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            var username = Username.parse(name);
            var address = email.map(EmailAddress::parse);
            var file = invocation.file(ConfigFile.Mode.CHECK);
            try (var desk = Desk.openOrMake(file)) {
                var there = desk.await(desk.accounts().find(username));
                if (there.isPresent()) return there(there.get());
                var chosen = password.get(invocation.terminal());
                new PasswordPolicy(file.config().login().minLength()).check(chosen, username);
                var who = new Applicant(
                        username, chosen, address, file.config().accounts().defaultRoles());
                var account = desk.await(desk.accounts().add(username, chosen, address, who.roles(), By.CLI));
                var view = UserView.of(account);
                if (password.isGenerated())
                    view.put("password", chosen.nfc().reveal()); // shown once, which is what --generate asks for
                invocation.show(view);
            }
            return Exit.OK;
        }

        private int there(Account account) {
            if (!isAdministrator(account))
                throw CommandRefused.because("there is a user `" + account.username()
                        + "` already; `gatehouse user role add " + account.username() + " admin` gives the role");
            invocation.warn(account.username() + " administers this house already; nothing was changed");
            return Exit.OK;
        }
    }

    @Command(
            name = "recover",
            description =
                    "A link to a new password for an administrator, or to the first one's account; it works once.")
    static final class Recover implements Callable<Integer> {
        private final Invocation invocation;

        @Parameters(
                arity = "0..1",
                paramLabel = "NAME",
                description = "Whose; left out where there is one administrator, or none.")
        private Optional<String> name = Optional.empty();

        Recover(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            try (var desk = Desk.openOrMake(invocation.file(ConfigFile.Mode.CHECK))) {
                var administrators = desk.administrators();
                Optional<Account> whose = whose(desk, administrators);
                String link = whose.isPresent()
                        ? desk.await(administrators.recoveryLink(whose.get().id(), Source.CLI))
                        : desk.await(administrators.firstLink(Source.CLI))
                                .orElseThrow(() ->
                                        CommandRefused.because("somebody administers this house by now; try again"));
                invocation.warn(whose.map(account ->
                                        "A new password for " + account.username() + ", who then has the role admin")
                                .orElse("The first administrator's account")
                        + ": open this at the running gate within 30 minutes; it works once.");
                invocation.say(link);
            }
            return Exit.OK;
        }

        private Optional<Account> whose(Desk desk, Administrators administrators) {
            if (name.isPresent())
                return Optional.of(Username.find(name.get())
                        .flatMap(known -> desk.await(desk.accounts().find(known)))
                        .orElseThrow(() -> UserCommand.nobody(name.get())));
            List<Account> there = desk.await(administrators.list());
            if (there.size() > 1)
                throw CommandRefused.because("name one of them: "
                        + there.stream()
                                .map(account -> account.username().value())
                                .collect(Collectors.joining(" ")));
            return there.stream().findFirst();
        }
    }

    @Command(name = "list", description = "Who administers the house.")
    static final class ListAll implements Runnable {
        private final Invocation invocation;

        ListAll(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
                invocation.show(
                        UserView.COLUMNS,
                        desk.await(desk.administrators().list()).stream()
                                .map(UserView::of)
                                .toList());
            }
        }
    }
}
