package dev.gatehouse.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Where a command reads and writes. {@code interactive} means that a person sits there and can be asked. */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    /** This process's own. */
    public static Terminal ofProcess() {
        return new Terminal(System.in, System.out, System.err, isTerminal(System.console()));
    }

    /** Since JDK 22 a console exists also where nobody sits; there it can be asked, before that its absence is the answer. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) return false;
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }
}
