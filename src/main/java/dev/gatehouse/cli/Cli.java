package dev.gatehouse.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a function: arguments in, exit status out, everything else through what it was given. */
public final class Cli {
    @Command(
            name = "gatehouse",
            mixinStandardHelpOptions = true,
            scope = ScopeType.INHERIT,
            versionProvider = VersionCommand.Words.class,
            description = "Sign-in and a gate for the APIs you already have.",
            synopsisSubcommandLabel = "COMMAND",
            sortOptions = false)
    static final class Root extends Group {
        @Mixin
        final GlobalOptions options = new GlobalOptions();
    }

    /** A word that only leads to others: alone it shows them. */
    @Command
    static class Group implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            spec.commandLine().usage(spec.commandLine().getErr());
            return Exit.USAGE;
        }
    }

    @Command(name = "config", description = "The configuration in force.")
    static final class ConfigGroup extends Group {}

    private Cli() {}

    public static int run(String[] arguments, Starter starter, Terminal terminal, Map<String, String> environment) {
        var root = new Root();
        var invocation = new Invocation(root.options, terminal, environment);
        String first = arguments.length == 0 ? "" : arguments[0];
        return line(root, invocation, starter, first).execute(arguments);
    }

    static CommandLine line(Root root, Invocation invocation, Starter starter, String first) {
        var failures = new Failures(invocation);
        return explained(commands(new CommandLine(root), invocation, starter, first))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(writer(invocation.terminal().out()))
                .setErr(writer(invocation.terminal().err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(colours(invocation) ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** Every command is read by reflection, which a server that starts again need not wait for. */
    private static CommandLine commands(CommandLine line, Invocation invocation, Starter starter, String first) {
        return switch (first) {
            case "run" -> line.addSubcommand(new RunCommand(invocation, starter));
            case "dev" -> line.addSubcommand(new DevCommand(invocation, starter));
            default -> every(line, invocation, starter);
        };
    }

    private static CommandLine every(CommandLine line, Invocation invocation, Starter starter) {
        return line.addSubcommand(new DevCommand(invocation, starter))
                .addSubcommand(new RunCommand(invocation, starter))
                .addSubcommand(new CheckCommand(invocation))
                .addSubcommand(new VersionCommand(invocation))
                .addSubcommand(new CommandLine(new ConfigGroup())
                        .addSubcommand(new ConfigShowCommand(invocation))
                        .addSubcommand(new ConfigTextsCommand(invocation)))
                .addSubcommand(RoutesCommands.all(invocation))
                .addSubcommand(new ExplainCommand(invocation))
                .addSubcommand(AppCommands.all(invocation))
                .addSubcommand(UserCommands.all(invocation))
                .addSubcommand(AdminCommands.all(invocation))
                .addSubcommand(MailCommands.all(invocation))
                .addSubcommand(TokenCommands.all(invocation))
                .addSubcommand(KeyCommands.all(invocation));
    }

    /** The options that explain a command are the root's own until each has them; what is inherited reaches no command that is added as an object. */
    private static CommandLine explained(CommandLine line) {
        var version = line.getCommandSpec().versionProvider();
        for (CommandLine each : line.getSubcommands().values()) {
            each.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(version);
            explained(each);
        }
        return line;
    }

    private static boolean colours(Invocation invocation) {
        return invocation.terminal().interactive()
                && invocation.environment().getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
