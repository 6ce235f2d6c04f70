package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.config.ConfigFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code gatehouse check}: everything wrong with the file, found the way a start finds it. */
@Command(name = "check", description = "Find every mistake in the configuration, with line numbers.")
final class CheckCommand implements Callable<Integer> {
    private final Invocation invocation;

    CheckCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try {
            return good(invocation.file(ConfigFile.Mode.CHECK));
        } catch (ConfigFaults faults) {
            return bad(faults);
        }
    }

    private int good(ConfigFile file) {
        if (invocation.json()) {
            invocation.say(ConfigFaults.json(file.warnings()));
            return Exit.OK;
        }
        invocation.terminal().err().print(ConfigFaults.pretty(file.warnings()));
        var apis = file.config().apis().values();
        int routes = apis.stream().mapToInt(api -> api.routes().size()).sum();
        invocation.say(file.file() + " is good: " + count(apis.size(), "API") + ", " + count(routes, "route") + ", "
                + count(file.warnings().size(), "warning"));
        return Exit.OK;
    }

    private int bad(ConfigFaults faults) {
        if (invocation.json()) {
            invocation.say(faults.json());
        } else {
            invocation.terminal().err().print(faults.pretty());
            invocation.warn(count(faults.errors(), "error") + ", "
                    + count(faults.faults().size() - faults.errors(), "warning"));
        }
        return Exit.FAULTS;
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
