package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * One thing wrong: what, where and the way out. {@code excerpt} is the line of the file with secrets masked, and absent when the place is not
 * in a file ({@code --listen}, {@code PORT}) or is the file as a whole.
 */
public record Fault(
        FaultCode code,
        Severity severity,
        Position at,
        Optional<Excerpt> excerpt,
        String message,
        Optional<String> help) {

    /** Errors keep the file from being used; warnings do not. */
    public enum Severity {
        ERROR,
        WARNING;

        String word() {
            return this == ERROR ? "error" : "warning";
        }
    }

    /** The line to show and the run under it; columns count code points from 1. */
    public record Excerpt(String line, int column, int length) {}

    /** As compilers print it, with a final newline. */
    public String pretty() {
        var out = new StringBuilder();
        out.append(severity.word())
                .append('[')
                .append(code)
                .append("]: ")
                .append(message)
                .append('\n');
        out.append("  --> ").append(place()).append('\n');
        excerpt.ifPresent(shown -> {
            out.append("%5d | %s\n".formatted(at.line(), shown.line()));
            out.append("      | ")
                    .append(" ".repeat(shown.column() - 1))
                    .append("^".repeat(shown.length()))
                    .append('\n');
        });
        help.ifPresent(way -> out.append("      = help: ").append(way).append('\n'));
        return out.toString();
    }

    JsonObject json() {
        return new JsonObject()
                .put("code", code.toString())
                .put("file", at.file())
                .put("line", at.line())
                .put("col", at.column())
                .put("message", message)
                .put("help", help.orElse(null));
    }

    private String place() {
        return at.line() == 0 ? at.file() : at.toString();
    }
}
