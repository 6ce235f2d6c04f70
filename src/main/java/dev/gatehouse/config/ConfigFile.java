package dev.gatehouse.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code gatehouse.yaml}, read, checked and frozen, with the place of every value. Start-up, {@code check} and reload all come through here. */
public final class ConfigFile {
    /** Who reads; {@code RUN} refuses what the others only warn of. */
    public enum Mode {
        DEV,
        RUN,
        CHECK
    }

    private final Path file;
    private final Path data;
    private final Config config;
    private final List<Fault> warnings;
    private final List<Effective> effective;

    ConfigFile(Path file, Path data, Config config, List<Fault> warnings, List<Effective> effective) {
        this.file = file;
        this.data = data;
        this.config = config;
        this.warnings = List.copyOf(warnings);
        this.effective = List.copyOf(effective);
    }

    /** Reads as {@code check} does. */
    public static ConfigFile read(Path file, Map<String, String> environment, Overrides overrides) {
        return read(file, environment, overrides, Mode.CHECK);
    }

    /** @throws ConfigFaults when anything is wrong, with everything that is */
    public static ConfigFile read(Path file, Map<String, String> environment, Overrides overrides, Mode mode) {
        throw new UnsupportedOperationException();
    }

    public Path file() {
        return file;
    }

    /** The data folder: {@code --data}, or {@code data} beside the file. */
    public Path data() {
        return data;
    }

    public Config config() {
        return config;
    }

    public List<Fault> warnings() {
        return warnings;
    }

    /** Every value in force with its origin, in the order of the reference. */
    public List<Effective> effective() {
        return effective;
    }

    /** What of {@code next} only a restart takes up, as warnings GH302. */
    public static List<Fault> changesNeedingRestart(ConfigFile now, ConfigFile next) {
        return List.of();
    }
}
