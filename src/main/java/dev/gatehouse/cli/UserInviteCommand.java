package dev.gatehouse.cli;

import dev.gatehouse.config.Admission;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Invitations;
import dev.gatehouse.vocabulary.DurationText;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse user invite}: a link that makes one account. */
@Command(name = "invite", description = "Make a link with which somebody makes one account for themselves.")
final class UserInviteCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Option(
            names = "--email",
            paramLabel = "ADDRESS",
            description = "For this mail address alone; the link is sent there as well.")
    private Optional<String> email = Optional.empty();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "A role besides those that everybody gets; may be repeated.")
    private List<String> roles = List.of();

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "How long the link is good for: 1m to 90d. Default: 7d.")
    private String expires = "7d";

    UserInviteCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Optional<EmailAddress> address = email.map(EmailAddress::parse);
        roles.forEach(UserWordCommands.Kind.ROLE::check);
        if (roles.size() > Invitations.MOST_ROLES)
            throw CommandRefused.usage("an invitation gives at most " + Invitations.MOST_ROLES + " roles");
        Duration lifetime = lifetime();
        var file = invocation.file(ConfigFile.Mode.CHECK);
        if (file.config().accounts().registration() == Admission.CLOSED)
            throw CommandRefused.because("`accounts.registration` is `closed`, so no link would be taken");
        try (var desk = Desk.open(file)) {
            String link = desk.await(desk.invitations().make(roles, address, lifetime, By.CLI));
            if (invocation.json()) invocation.show(new JsonObject().put("link", link));
            else invocation.say(link);
        }
        return Exit.OK;
    }

    private Duration lifetime() {
        try {
            Duration lifetime = DurationText.parse(expires);
            if (lifetime.compareTo(Invitations.SHORTEST) >= 0 && lifetime.compareTo(Invitations.LONGEST) <= 0)
                return lifetime;
        } catch (IllegalArgumentException wrong) {
            // Said below, as of what is out of bounds.
        }
        throw CommandRefused.usage("--expires takes 1m to 90d");
    }
}
