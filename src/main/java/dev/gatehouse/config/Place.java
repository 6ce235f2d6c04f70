package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import java.util.Optional;

/** Where a fault is pointed at: a run of characters in the file, or something outside it such as a flag. */
sealed interface Place {
    Position at();

    Optional<Fault.Excerpt> excerpt();

    /** The characters from {@code from} up to {@code to}; the line is looked up when somebody is to see it. */
    record InFile(SourceText source, int from, int to) implements Place {
        @Override
        public Position at() {
            return source.position(from);
        }

        @Override
        public Optional<Fault.Excerpt> excerpt() {
            return source.excerpt(from, to);
        }
    }

    /** A flag, an environment variable, or a file as a whole. */
    record Elsewhere(String name) implements Place {
        @Override
        public Position at() {
            return new Position(name, 0, 0);
        }

        @Override
        public Optional<Fault.Excerpt> excerpt() {
            return Optional.empty();
        }
    }

    static Place of(String name) {
        return new Elsewhere(name);
    }
}
