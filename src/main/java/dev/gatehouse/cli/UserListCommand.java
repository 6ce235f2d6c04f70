package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Username;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse user list}: a page at a time, in the order of names. */
@Command(name = "list", description = "Who there is.")
final class UserListCommand implements Runnable {
    private final Invocation invocation;

    @Option(names = "--after", paramLabel = "NAME", description = "Go on after this name.")
    private Optional<String> after = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most this many, up to " + Accounts.LONGEST_PAGE + " (default: ${DEFAULT-VALUE}).")
    private int limit = Accounts.LONGEST_PAGE;

    UserListCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
            var page = desk.await(desk.accounts().list(after.map(Username::parse), limit));
            invocation.show(UserView.COLUMNS, page.stream().map(UserView::of).toList());
            if (page.size() == Math.min(limit, Accounts.LONGEST_PAGE))
                invocation.warn("there may be more: --after "
                        + page.get(page.size() - 1).username());
        }
    }
}
