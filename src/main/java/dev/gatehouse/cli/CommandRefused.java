package dev.gatehouse.cli;

/** The end of a command with one sentence for the person who typed it, and an exit status. Has no stack trace: it is an answer. */
public final class CommandRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exit;

    private CommandRefused(int exit, String sentence) {
        super(sentence, null, false, false);
        this.exit = exit;
    }

    public static CommandRefused because(String sentence) {
        return new CommandRefused(Exit.REFUSED, sentence);
    }

    public static CommandRefused usage(String sentence) {
        return new CommandRefused(Exit.USAGE, sentence);
    }

    public static CommandRefused unreachable(String sentence) {
        return new CommandRefused(Exit.UNREACHABLE, sentence);
    }

    public int exit() {
        return exit;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
