package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFaults;
import dev.gatehouse.store.StartFailure;
import dev.gatehouse.vocabulary.Nearest;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How a command ends that did not end well: which sentence, where, and with which status. The only place that turns a failure into one. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Invocation invocation;

    Failures(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public int handleParseException(ParameterException fault, String[] arguments) {
        invocation.warn("gatehouse: " + sentence(fault));
        invocation.warn("Try: " + fault.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return Exit.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        if (failure instanceof ConfigFaults faults) return faults(faults);
        if (failure instanceof CommandRefused refused) return refused(refused);
        if (failure instanceof Refusal refusal) return refused(refusal);
        if (failure instanceof StartFailure notOpened) return refused(notOpened);
        throw failure;
    }

    private int faults(ConfigFaults faults) {
        if (invocation.json()) invocation.say(faults.json());
        else invocation.terminal().err().print(faults.pretty());
        return Exit.FAULTS;
    }

    private int refused(CommandRefused refused) {
        invocation.warn("gatehouse: " + refused.sentence());
        return refused.exit();
    }

    private int refused(Refusal refusal) {
        invocation.warn("gatehouse: " + refusal.detail());
        return refusal.problem() == Reason.DATABASE_UNAVAILABLE ? Exit.UNREACHABLE : Exit.REFUSED;
    }

    private int refused(StartFailure notOpened) {
        invocation.warn("gatehouse: " + notOpened.description());
        invocation.warn(notOpened.action());
        return Exit.REFUSED;
    }

    private static String sentence(ParameterException fault) {
        if (!(fault instanceof UnmatchedArgumentException unmatched)) return String.valueOf(fault.getMessage());
        String word = unmatched.getUnmatched().isEmpty()
                ? ""
                : unmatched.getUnmatched().get(0);
        String kind = word.startsWith("-") ? "option" : "command";
        String nearest = Nearest.to(word, candidates(unmatched, word.startsWith("-")))
                .map(near -> "; did you mean `" + near + "`?")
                .orElse("");
        return "there is no " + kind + " `" + word + "`" + nearest;
    }

    private static List<String> candidates(UnmatchedArgumentException fault, boolean options) {
        var spec = fault.getCommandLine().getCommandSpec();
        return List.copyOf(
                options ? spec.optionsMap().keySet() : spec.subcommands().keySet());
    }
}
