package dev.gatehouse.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while reading goes on; a file gets at most {@link #MOST} faults, whatever is in it. */
final class Faults {
    static final int MOST = 100;

    /** More than are shown, so that those that come first in the file are most likely among them. */
    private static final int COLLECTED = 4 * MOST;

    private static final Comparator<Fault> BY_PLACE = Comparator.<Fault>comparingInt(
                    fault -> fault.at().line())
            .thenComparingInt(fault -> fault.at().column());

    private final List<Fault> found = new ArrayList<>();
    private boolean errors;

    void error(FaultCode code, Place place, String message, @Nullable String help) {
        errors = true;
        add(code, Fault.Severity.ERROR, place, message, help);
    }

    void warning(FaultCode code, Place place, String message, @Nullable String help) {
        add(code, Fault.Severity.WARNING, place, message, help);
    }

    boolean hasErrors() {
        return errors;
    }

    /** Whether nobody would read on; then looking for the nearest word is not worth the time. */
    boolean isFull() {
        return found.size() >= COLLECTED;
    }

    List<Fault> inOrder() {
        return found.stream().sorted(BY_PLACE).limit(MOST).toList();
    }

    private void add(FaultCode code, Fault.Severity severity, Place place, String message, @Nullable String help) {
        if (isFull()) return;
        var fault = new Fault(
                code, severity, place.at(), place.excerpt(), MaskedLine.sentence(message), Optional.ofNullable(help));
        if (!found.contains(fault)) found.add(fault);
    }
}
