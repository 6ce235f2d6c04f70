package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Newcomer;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user add NAME}. Without {@code --role} the person has {@code accounts.default_roles}, as after registering. */
@Command(name = "add", description = "Make an account.")
final class UserAddCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "The user name.")
    private String name = "";

    @Option(names = "--email", paramLabel = "ADDRESS", description = "The mail address.")
    private Optional<String> email = Optional.empty();

    @Option(names = "--role", paramLabel = "ROLE", description = "A role; may be repeated. Default: those of the file.")
    private List<String> roles = List.of();

    @Option(names = "--group", paramLabel = "GROUP", description = "A group; may be repeated.")
    private List<String> groups = List.of();

    @Mixin
    private final NewPassword password = new NewPassword();

    UserAddCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var username = Username.parse(name);
        var address = email.map(EmailAddress::parse);
        roles.forEach(UserWordCommands.Kind.ROLE::check);
        groups.forEach(UserWordCommands.Kind.GROUP::check);
        var file = invocation.file(ConfigFile.Mode.CHECK);
        var chosen = password.get(invocation.terminal());
        new PasswordPolicy(file.config().login().minLength()).check(chosen, username);
        var given = roles.isEmpty() ? file.config().accounts().defaultRoles() : roles;
        try (var desk = Desk.openOrMake(file)) {
            var newcomer = new Newcomer(username, Optional.of(chosen), address, false, given, groups, Optional.empty());
            var account = desk.await(desk.accounts().add(newcomer, By.CLI));
            var view = UserView.of(account);
            if (password.isGenerated())
                view.put("password", chosen.nfc().reveal()); // shown once, which is what --generate asks for
            invocation.show(view);
        }
        return Exit.OK;
    }
}
