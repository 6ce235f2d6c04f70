package dev.gatehouse.config;

import io.vertx.core.json.JsonArray;
import java.util.List;

/** Everything wrong with a file, found in one run; warnings stand among the errors, in the order of the file. */
public final class ConfigFaults extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    ConfigFaults(List<Fault> faults) {
        super(pretty(faults), null, false, false);
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }

    /** How many of them are errors. */
    public int errors() {
        return (int) faults.stream()
                .filter(fault -> fault.severity() == Fault.Severity.ERROR)
                .count();
    }

    /** For people. */
    public String pretty() {
        return pretty(faults);
    }

    /** For programs: an array of {@code {code,file,line,col,message,help}}. */
    public String json() {
        return json(faults);
    }

    public static String pretty(List<Fault> faults) {
        var out = new StringBuilder();
        faults.forEach(fault -> out.append(fault.pretty()));
        return out.toString();
    }

    public static String json(List<Fault> faults) {
        var array = new JsonArray();
        faults.forEach(fault -> array.add(fault.json()));
        return array.encodePrettily();
    }
}
