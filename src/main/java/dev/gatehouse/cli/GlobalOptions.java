package dev.gatehouse.cli;

import dev.gatehouse.config.Overrides;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every command takes, before or after its name. */
final class GlobalOptions {
    /** How a result is written. */
    enum Output {
        TABLE,
        JSON
    }

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    Path config = Path.of("config", "gatehouse.yaml");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table or json (default: table).")
    Output output = Output.TABLE;

    @Option(
            names = "--listen",
            paramLabel = "[HOST]:PORT",
            scope = ScopeType.INHERIT,
            description = "Where the gate listens; wins over PORT and the file.")
    Optional<String> listen = Optional.empty();

    @Option(
            names = "--admin",
            paramLabel = "[HOST]:PORT",
            scope = ScopeType.INHERIT,
            description = "Where the admin listener listens; wins over the file.")
    Optional<String> admin = Optional.empty();

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "What browsers see; wins over PUBLIC_URL and the file.")
    Optional<String> url = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            scope = ScopeType.INHERIT,
            description = "Where the embedded PostgreSQL and the master key live.")
    Optional<String> data = Optional.empty();

    @Option(
            names = "--database",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "embedded, or postgres://user@host/name; wins over DATABASE_URL and the file.")
    Optional<String> database = Optional.empty();

    Overrides overrides() {
        return new Overrides(listen, admin, url, data, database);
    }
}
