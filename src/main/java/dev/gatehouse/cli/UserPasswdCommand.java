package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user passwd NAME}. */
@Command(name = "passwd", description = "Set a new password; the person is signed out everywhere.")
final class UserPasswdCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "The user name.")
    private String name = "";

    @Mixin
    private final NewPassword password = new NewPassword();

    UserPasswdCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var username = Username.find(name).orElseThrow(() -> UserCommand.nobody(name));
        var file = invocation.file(ConfigFile.Mode.CHECK);
        try (var desk = Desk.open(file)) {
            if (desk.await(desk.accounts().find(username)).isEmpty()) throw UserCommand.nobody(name);
            var chosen = password.get(invocation.terminal());
            new PasswordPolicy(file.config().login().minLength()).check(chosen, username);
            var letters = desk.letters();
            var changed = desk.await(desk.accounts()
                    .setPassword(
                            username,
                            chosen,
                            By.CLI,
                            (transaction, account) -> letters.passwordChanged(transaction, account.id())));
            var account = changed.orElseThrow(() -> UserCommand.nobody(name));
            if (password.isGenerated())
                invocation.say("new password: " + chosen.nfc().reveal());
            invocation.say(account.username() + " has a new password and is signed out everywhere");
        }
        return Exit.OK;
    }
}
