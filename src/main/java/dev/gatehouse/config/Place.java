package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Position;
import java.util.Optional;

/** Where a fault is pointed at: a run of characters in the file, or something outside it such as a flag. */
record Place(Position at, Optional<Fault.Excerpt> excerpt) {
    /** A flag, an environment variable, or a file as a whole. */
    static Place of(String name) {
        return new Place(new Position(name, 0, 0), Optional.empty());
    }
}
