package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.Overrides;
import java.util.Map;

/** Opens the house for {@code dev} and {@code run}; the door gives one to the command line, which knows nothing of wiring. */
@FunctionalInterface
public interface Starter {
    /** Everything a start needs, and what a reload reads the file again with. {@code file} was read without a fault. */
    record Opening(
            ConfigFile.Mode mode,
            ConfigFile file,
            Overrides overrides,
            Map<String, String> environment,
            Terminal terminal) {}

    /** Returns when the house has closed again, with the exit status. A {@link CommandRefused} says why it could not open. */
    int open(Opening opening);
}
