package dev.gatehouse.cli;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Presets;
import dev.gatehouse.config.App;
import dev.gatehouse.config.AppDraft;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Fault;
import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse app add NAME --type web --redirect …}: what may stand under {@code clients} in the file, put into the database and checked in the same way. */
@Command(name = "add", description = "Register an app; its secret, where its type has one, is made and shown once.")
final class AppAddCommand implements Callable<Integer> {
    /** These would be lost on the way, or are for the file alone. */
    private static final Set<String> ONLY_IN_THE_FILE = Set.of("secret", "access_token", "exchange");

    private final Invocation invocation;

    @Parameters(paramLabel = "NAME", description = "The app's id.")
    private String name = "";

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "spa, web, native, service or device.")
    private String type = "";

    @Option(names = "--name", paramLabel = "TEXT", description = "What people read.")
    private Optional<String> title = Optional.empty();

    @Option(names = "--redirect", paramLabel = "URI", description = "Where people are sent back to; may be repeated.")
    private List<String> redirect = List.of();

    @Option(
            names = "--logout",
            paramLabel = "URI",
            description = "Where they may be sent after signing out; may be repeated.")
    private List<String> logout = List.of();

    @Option(names = "--scope", paramLabel = "SCOPE", description = "What it may ask for; may be repeated.")
    private List<String> scopes = List.of();

    @Option(names = "--grant", paramLabel = "GRANT", description = "A grant beside those of its type; may be repeated.")
    private List<String> grants = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any other key of a client in the file, as consent=remembered or auth=private_key_jwt.")
    private Map<String, String> others = new LinkedHashMap<>();

    AppAddCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var file = invocation.file(ConfigFile.Mode.CHECK);
        Client client = Presets.client(checked(file.config()), Client.Origin.DESK, Optional.empty());
        try (var desk = Desk.open(file)) {
            var added = desk.await(AppCommands.clients(desk).add(client)).orElseThrow(this::taken);
            var view = new JsonObject().put("id", name).put("type", type);
            added.secret().ifPresent(secret -> view.put("secret", secret.reveal())); // shown once, here
            invocation.show(view);
        }
        return Exit.OK;
    }

    private App checked(Config config) {
        for (String key : others.keySet())
            if (ONLY_IN_THE_FILE.contains(key)) throw CommandRefused.usage("`" + key + "` can be set in the file only");
        if (name.equals(Client.GATEHOUSE.value())) throw CommandRefused.because("`gatehouse` is built in");
        if (!name.isBlank()) {
            App there = config.clients().get(new ClientId(name));
            if (there != null) throw AppCommands.changeThere(there);
        }
        try {
            return AppDraft.read(name, section(), config.scopes().keySet());
        } catch (ConfigFaults wrong) {
            throw CommandRefused.because(
                    wrong.faults().stream().map(AppAddCommand::said).collect(Collectors.joining("; ")));
        }
    }

    private JsonObject section() {
        var section = new JsonObject().put("type", type);
        title.ifPresent(text -> section.put("name", text));
        if (!redirect.isEmpty()) section.put("redirect", new JsonArray(redirect));
        if (!logout.isEmpty()) section.put("logout", new JsonArray(logout));
        if (!scopes.isEmpty()) section.put("scopes", new JsonArray(scopes));
        if (!grants.isEmpty()) section.put("grants", new JsonArray(grants));
        others.forEach(section::put);
        return section;
    }

    private static String said(Fault fault) {
        return fault.message() + fault.help().map(help -> " (" + help + ")").orElse("");
    }

    private CommandRefused taken() {
        return CommandRefused.because("there is an app `" + name + "` already");
    }
}
