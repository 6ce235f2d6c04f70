package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.config.ConfigFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** One call of the command line: what was typed for every command, where it reads and writes, and the environment. */
record Invocation(GlobalOptions options, Terminal terminal, Map<String, String> environment) {
    boolean json() {
        return options.output == GlobalOptions.Output.JSON;
    }

    /** @throws ConfigFaults when the file cannot be used */
    ConfigFile file(ConfigFile.Mode mode) {
        return ConfigFile.read(options.config, environment, options.overrides(), mode);
    }

    /** Reads the file for a start and says what it warns of. */
    Starter.Opening opening(ConfigFile.Mode mode) {
        var file = file(mode);
        terminal.err().print(ConfigFaults.pretty(file.warnings()));
        return new Starter.Opening(mode, file, options.overrides(), environment, terminal);
    }

    void say(String line) {
        terminal.out().println(line);
    }

    void warn(String line) {
        terminal.err().println(line);
    }

    /** Many things: an array, or a table with these columns. */
    void show(List<String> columns, List<JsonObject> rows) {
        terminal.out().print(json() ? new JsonArray(rows).encodePrettily() + "\n" : Table.of(columns, rows));
    }

    /** One thing: an object, or its members one per line. */
    void show(JsonObject thing) {
        terminal.out().print(json() ? thing.encodePrettily() + "\n" : Table.of(thing));
    }
}
