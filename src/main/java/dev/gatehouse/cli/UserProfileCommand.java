package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Profile;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.identity.StandardClaim;
import dev.gatehouse.identity.Username;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user profile NAME}: shows what apps may be told of a person, and changes it where an option says so. */
@Command(
        name = "profile",
        description =
                "What apps may be told of a person: name, picture, address, and so on (OpenID Connect Core §5.1).")
final class UserProfileCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "The user name.")
    private String name = "";

    @Option(
            names = "--set",
            paramLabel = "CLAIM=VALUE",
            description = "A claim, such as given_name=Alice or address.locality=Paris; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--unset", paramLabel = "CLAIM", description = "A claim that goes; may be repeated.")
    private List<String> unset = List.of();

    @Option(names = "--email", paramLabel = "ADDRESS", description = "The mail address; not verified until it is said.")
    private Optional<String> email = Optional.empty();

    @Option(names = "--verified", description = "The mail address is known to be the person's.")
    private boolean verified;

    UserProfileCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var username = Username.find(name).orElseThrow(() -> UserCommand.nobody(name));
        var change = new Profiles.Change(
                Map.copyOf(set),
                Set.copyOf(unset),
                email.map(EmailAddress::parse),
                verified ? Optional.of(true) : Optional.empty());
        try (var desk = Desk.open(invocation.file(ConfigFile.Mode.CHECK))) {
            Profile profile =
                    desk.await(asked(desk.profiles(), username, change)).orElseThrow(() -> UserCommand.nobody(name));
            invocation.show(profile.claims(List.of(StandardClaim.values())));
        }
        return Exit.OK;
    }

    private Future<Optional<Profile>> asked(Profiles profiles, Username username, Profiles.Change change) {
        return change.isNothing() ? profiles.find(username) : profiles.change(username, change, By.CLI);
    }
}
