package dev.gatehouse.config;

import java.util.Optional;

/** What the command line says: it wins over the environment, the file and the defaults. */
public record Overrides(
        Optional<String> listen,
        Optional<String> admin,
        Optional<String> url,
        Optional<String> data,
        Optional<String> database) {
    public static final Overrides NONE =
            new Overrides(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
