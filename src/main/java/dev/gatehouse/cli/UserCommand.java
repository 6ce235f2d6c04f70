package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Username;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Parameters;

/** A command about one person who is there: asks or changes, then says what is now true. */
abstract class UserCommand implements Callable<Integer> {
    final Invocation invocation;

    @Parameters(index = "0", paramLabel = "NAME", description = "The user name.")
    private String name = "";

    UserCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    /** Empty when nobody has the name. */
    abstract Future<Optional<Account>> act(Desk desk, Username name);

    /** One sentence, or empty to show the account. */
    abstract String said(Account account);

    /** What must be known before the database is opened. */
    void prepare() {}

    @Override
    public Integer call() {
        var username = Username.find(name).orElseThrow(() -> nobody(name));
        prepare();
        try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
            var account = desk.await(act(desk, username)).orElseThrow(() -> nobody(name));
            say(account);
        }
        return Exit.OK;
    }

    private void say(Account account) {
        String sentence = said(account);
        if (sentence.isEmpty() || invocation.json()) invocation.show(UserView.of(account));
        else invocation.say(sentence);
    }

    static CommandRefused nobody(String name) {
        return CommandRefused.because("there is no user `" + name.replaceAll("\\p{Cntrl}", "?") + "`");
    }
}
