package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH100;
import static dev.gatehouse.config.FaultCode.GH301;
import static dev.gatehouse.config.FaultCode.GH302;
import static dev.gatehouse.config.FaultCode.GH304;

import dev.gatehouse.vocabulary.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code gatehouse.yaml}, read, checked and frozen, with the place of every value. Start-up, {@code check} and reload all come through here. */
public final class ConfigFile {
    /** Who reads; {@code RUN} refuses what the others only warn of. */
    public enum Mode {
        DEV,
        RUN,
        CHECK
    }

    /** Larger files are refused unread. */
    public static final int LARGEST = 1 << 20;

    private static final Map<String, Function<Config, Object>> NEEDS_RESTART = needsRestart();

    private final Path file;
    private final Path data;
    private final Config config;
    private final List<Fault> warnings;
    private final List<Effective> effective;

    private ConfigFile(Path file, Path data, Config config, List<Fault> warnings, List<Effective> effective) {
        this.file = file;
        this.data = data;
        this.config = config;
        this.warnings = List.copyOf(warnings);
        this.effective = inOrderOfReference(effective);
    }

    /** Reads as {@code check} does. */
    public static ConfigFile read(Path file, Map<String, String> environment, Overrides overrides) {
        return read(file, environment, overrides, Mode.CHECK);
    }

    /** @throws ConfigFaults when anything is wrong, with everything that is */
    public static ConfigFile read(Path file, Map<String, String> environment, Overrides overrides, Mode mode) {
        return parse(file, bytes(file), environment, overrides, mode);
    }

    /** What {@code file} would be if it held these bytes. */
    static ConfigFile parse(Path file, byte[] bytes, Map<String, String> environment, Overrides overrides, Mode mode) {
        var faults = new Faults();
        var source = new SourceText(file.toString(), text(file, bytes));
        Optional<Node.Mapping> root = YamlTree.read(source, faults);
        if (root.isEmpty()) throw new ConfigFaults(faults.inOrder());
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file.toAbsolutePath());
        Path data = overrides
                .data()
                .map(text -> Path.of(text).toAbsolutePath())
                .orElse(folder.resolve("data"))
                .normalize();
        var reading = new Reading(source, faults, new Placeholders(environment, folder, faults), folder, data);
        Config config = new HouseReader(
                        Section.top(reading, root.get()), Outside.of(environment, overrides), mode == Mode.DEV)
                .read();
        reading.clearSecrets().forEach(secret -> clearSecret(secret, config, mode, faults));
        reading.unsentVerification().ifPresent(place -> unsentVerification(place, mode, faults));
        if (faults.hasErrors()) throw new ConfigFaults(faults.inOrder());
        return new ConfigFile(file, data, config, faults.inOrder(), reading.effective());
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
        var warnings = new ArrayList<Fault>();
        NEEDS_RESTART.forEach((key, value) -> {
            if (!value.apply(now.config).equals(value.apply(next.config))) warnings.add(needsRestart(key, next));
        });
        return warnings;
    }

    private static List<Effective> inOrderOfReference(List<Effective> values) {
        var order = Key.of(Config.class).stream().map(Key::name).toList();
        return values.stream()
                .sorted(Comparator.comparingInt(
                        value -> order.indexOf(value.path().split("\\.", 2)[0])))
                .toList();
    }

    private static Fault needsRestart(String key, ConfigFile next) {
        return new Fault(
                GH302,
                Fault.Severity.WARNING,
                new Position(next.file.toString(), 0, 0),
                Optional.empty(),
                "`" + key + "` has changed and needs a restart",
                Optional.of("everything else in the file is in force; until then the old value stays"));
    }

    private static Map<String, Function<Config, Object>> needsRestart() {
        var keys = new LinkedHashMap<String, Function<Config, Object>>();
        keys.put("url", Config::url);
        keys.put("listen", Config::listen);
        keys.put("tls", config -> config.door().tls().isEmpty());
        keys.put("http2", config -> config.door().http2());
        keys.put("transport", config -> config.door().transport());
        keys.put("admin", Config::admin);
        keys.put("database", Config::database);
        keys.put("keys.master", config -> config.keys().master());
        keys.put("login.password.threads", config -> config.login().threads());
        keys.put("observe.log", config -> config.observe().log());
        keys.put("observe.metrics", config -> config.observe().metrics());
        keys.put("observe.traces", config -> config.observe().traces());
        keys.put("limits.header_size", config -> config.limits().headerSize());
        keys.put("limits.uri_size", config -> config.limits().uriSize());
        keys.put("limits.token_size", config -> config.limits().tokenSize());
        return keys;
    }

    /** People try things on their own machine; anywhere else a secret does not stand in a file that is copied and committed. */
    private static void clearSecret(Reading.ClearSecret secret, Config config, Mode mode, Faults faults) {
        boolean atHome = config.url().map(url -> Urls.isLoopback(url.getHost())).orElse(true);
        if (mode == Mode.RUN && !atHome) faults.error(GH301, secret.place(), secret.message(), secret.help());
        else faults.warning(GH301, secret.place(), secret.message(), secret.help());
    }

    /** Nobody could ever verify an address. */
    private static void unsentVerification(Place place, Mode mode, Faults faults) {
        String message = "`verify_email` is on, and no mail is sent, so nobody who registers could sign in";
        String help = "write `smtp` under `email`, or `verify_email: off`";
        if (mode == Mode.RUN) faults.error(GH304, place, message, help);
        else faults.warning(GH304, place, message, help);
    }

    private static byte[] bytes(Path file) {
        if (!Files.exists(file)) throw unreadable(file, "there is no file `" + file + "`", "name one with `--config`");
        if (!Files.isRegularFile(file)) throw unreadable(file, "`" + file + "` is not a file", null);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length <= LARGEST) return bytes;
        } catch (IOException broken) {
            throw unreadable(file, "`" + file + "` cannot be read", "check who owns it and who may read it");
        }
        throw unreadable(file, "`" + file + "` is larger than 1 MiB", null);
    }

    /** A byte order mark is no part of the text. */
    private static String text(Path file, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException broken) {
            throw unreadable(file, "`" + file + "` is not UTF-8 text", null);
        }
    }

    private static ConfigFaults unreadable(Path file, String message, @Nullable String help) {
        var faults = new Faults();
        faults.error(GH100, Place.of(file.toString()), message, help);
        return new ConfigFaults(faults.inOrder());
    }
}
