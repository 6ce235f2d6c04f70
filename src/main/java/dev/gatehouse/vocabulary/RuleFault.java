package dev.gatehouse.vocabulary;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is wrong with the text of a rule or a route pattern, and where: characters from the start of that text. Has no stack trace. */
public final class RuleFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final int length;
    private final @Nullable String help;

    public RuleFault(int offset, int length, String message, @Nullable String help) {
        super(message, null, false, false);
        this.offset = offset;
        this.length = Math.max(1, length);
        this.help = help;
    }

    public int offset() {
        return offset;
    }

    /** How many characters to underline; at least one, even at the end of the text. */
    public int length() {
        return length;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    /** What to write instead, as a sentence without a capital and a full stop. */
    public Optional<String> help() {
        return Optional.ofNullable(help);
    }
}
