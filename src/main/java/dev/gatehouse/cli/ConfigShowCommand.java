package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Effective;
import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse config show [--origin]}: every value in force and where it came from. Secrets are masked. */
@Command(name = "show", description = "Every value in force; secrets are masked.")
final class ConfigShowCommand implements Runnable {
    private final Invocation invocation;

    @Option(
            names = "--origin",
            description = "Also where each came from: file:line:col, a variable, an option, or the default.")
    private boolean origin;

    ConfigShowCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        var columns = origin ? List.of("key", "value", "origin") : List.of("key", "value");
        invocation.show(
                columns,
                invocation.file(ConfigFile.Mode.CHECK).effective().stream()
                        .map(this::row)
                        .toList());
    }

    private JsonObject row(Effective value) {
        var row = new JsonObject().put("key", value.path()).put("value", value.value());
        return origin ? row.put("origin", value.origin()) : row;
    }
}
