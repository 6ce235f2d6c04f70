package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatehouse run}: the gate as it is configured. */
@Command(name = "run", description = "Start the gate as it is configured.")
final class RunCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final Starter starter;

    RunCommand(Invocation invocation, Starter starter) {
        this.invocation = invocation;
        this.starter = starter;
    }

    @Override
    public Integer call() {
        return starter.open(invocation.opening(ConfigFile.Mode.RUN));
    }
}
