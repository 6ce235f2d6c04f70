package dev.gatehouse;

import dev.gatehouse.cli.Cli;
import dev.gatehouse.cli.Starter;
import dev.gatehouse.cli.Terminal;
import dev.gatehouse.config.Config;
import dev.gatehouse.ops.LogOutput;
import java.util.concurrent.locks.LockSupport;

/** The door: {@code java -jar gatehouse.jar COMMAND}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        withoutFlightRecorder();
        int status = Cli.run(arguments, Main::serve, Terminal.ofProcess(), System.getenv());
        System.exit(status);
    }

    /** Netty would write an event of the JVM's flight recorder for every buffer, and make the classes for it at each start; who wants them asks for them by the same property. */
    private static void withoutFlightRecorder() {
        if (System.getProperty("io.netty.jfr.enabled") == null) System.setProperty("io.netty.jfr.enabled", "false");
    }

    /** Opens the house and stays until the process is told to end; the way out then sets the exit status. */
    private static int serve(Starter.Opening opening) {
        var terminal = opening.terminal();
        Config.Log wish = opening.file().config().observe().log();
        LogOutput.serve(wish, terminal.interactive());
        boolean pretty = wish == Config.Log.PRETTY || (wish == Config.Log.AUTO && terminal.interactive());
        Gatehouse.open(opening, terminal.out(), pretty).shutOnSignal();
        while (true) LockSupport.park();
    }
}
