package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatehouse dev}: the demo house, for this machine only. */
@Command(name = "dev", description = "Start the demo house: this machine only, demo people, demo APIs.")
final class DevCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Starter starter;

    DevCommand(Invocation invocation, Starter starter) {
        this.invocation = invocation;
        this.starter = starter;
    }

    @Override
    public Integer call() {
        return starter.open(invocation.opening(ConfigFile.Mode.DEV));
    }
}
