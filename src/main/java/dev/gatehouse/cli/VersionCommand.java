package dev.gatehouse.cli;

import dev.gatehouse.ops.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code gatehouse version}. */
@Command(name = "version", description = "Say which Gatehouse and which Java this is.")
final class VersionCommand implements Runnable {
    private final Invocation invocation;

    VersionCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public void run() {
        invocation.say(words());
    }

    private static String words() {
        return "Gatehouse " + Version.current() + ", Java " + Runtime.version().feature();
    }

    /** The same for {@code --version}. */
    static final class Words implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {words()};
        }
    }
}
