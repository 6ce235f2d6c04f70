package dev.gatehouse.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The command line called as a function, with what it wrote. */
final class TestTerminal {
    private final Map<String, String> environment = new HashMap<>();
    private ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String in = "";
    private Starter starter = opening -> Exit.OK;

    TestTerminal given(String name, String value) {
        environment.put(name, value);
        return this;
    }

    TestTerminal typing(String text) {
        in = text;
        return this;
    }

    TestTerminal starting(Starter starter) {
        this.starter = starter;
        return this;
    }

    int run(String... arguments) {
        out = new ByteArrayOutputStream();
        err = new ByteArrayOutputStream();
        return Cli.run(arguments, starter, terminal(), environment);
    }

    /** Every command there is, by the words that it is called with; without the root. */
    List<String> commands() {
        var found = new ArrayList<String>();
        var root = new Cli.Root();
        collect(Cli.line(root, new Invocation(root.options, terminal(), environment), starter, ""), "", found);
        return found;
    }

    private static void collect(CommandLine line, String before, List<String> found) {
        line.getSubcommands().forEach((name, each) -> {
            if (!name.equals(each.getCommandName())) return; // another word for the same
            found.add(before + name);
            collect(each, before + name + " ", found);
        });
    }

    private Terminal terminal() {
        return new Terminal(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
