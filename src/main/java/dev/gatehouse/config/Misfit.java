package dev.gatehouse.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text is not what its key takes; {@code offset} and {@code length} count characters of that text, and a length of 0 means all of it. */
final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FaultCode code;
    private final @Nullable String help;
    private final int offset;
    private final int length;

    Misfit(FaultCode code, String message, @Nullable String help, int offset, int length) {
        super(message, null, false, false);
        this.code = code;
        this.help = help;
        this.offset = offset;
        this.length = length;
    }

    Misfit(FaultCode code, String message, @Nullable String help) {
        this(code, message, help, 0, 0);
    }

    FaultCode code() {
        return code;
    }

    String message() {
        return Optional.ofNullable(getMessage()).orElse("");
    }

    @Nullable
    String help() {
        return help;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
