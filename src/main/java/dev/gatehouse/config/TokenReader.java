package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH114;
import static dev.gatehouse.config.FaultCode.GH136;
import static dev.gatehouse.config.FaultCode.GH138;

import dev.gatehouse.config.Config.KeySettings;
import dev.gatehouse.config.Config.MasterKey;
import dev.gatehouse.config.Config.Refresh;
import dev.gatehouse.config.Config.Session;
import dev.gatehouse.config.Config.TokenSettings;
import dev.gatehouse.vocabulary.Secret;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code tokens} and {@code keys}: how long things live, and what they are signed with. */
final class TokenReader {
    private static final Pattern ROTATION = Pattern.compile("(?:every (\\S+))? ?(?:keep (\\S+))?");
    private static final Duration KEEP = Duration.ofDays(7);

    /** When a new key takes over, and how long the old one stays. */
    private record Rotation(Optional<Duration> every, Duration keep) {}

    private TokenReader() {}

    static TokenSettings tokens(Section section) {
        return new TokenSettings(
                section.duration("access"), refresh(section), session(section), ClaimsReader.read(section, "claims"));
    }

    /** The short form is the idle limit; the absolute one is 90 days, or the same where that is longer. */
    private static Refresh refresh(Section section) {
        Section limits = section.section("refresh");
        if (section.isSection("refresh") || !section.has("refresh")) {
            var refresh = new Refresh(limits.duration("idle"), limits.duration("absolute"));
            idleWithin(section, "refresh", refresh.idle(), refresh.absolute());
            return refresh;
        }
        Duration idle = limits.shortForm("idle", section, "refresh");
        Duration absolute = Written.duration(limits.key("absolute").setting().byDefault(), "refresh");
        return new Refresh(idle, limits.implied("absolute", idle.compareTo(absolute) > 0 ? idle : absolute));
    }

    /** The short form is the absolute limit; the idle one is an hour, or the same where that is shorter. */
    private static Session session(Section section) {
        Section limits = section.section("session");
        if (section.isSection("session") || !section.has("session")) {
            var session = new Session(limits.duration("absolute"), limits.duration("idle"));
            idleWithin(section, "session", session.idle(), session.absolute());
            return session;
        }
        Duration absolute = limits.shortForm("absolute", section, "session");
        Duration idle = Written.duration(limits.key("idle").setting().byDefault(), "session");
        return new Session(absolute, limits.implied("idle", idle.compareTo(absolute) > 0 ? absolute : idle));
    }

    private static void idleWithin(Section section, String key, Duration idle, Duration absolute) {
        if (idle.compareTo(absolute) <= 0) return;
        String help = "make `idle` shorter or `absolute` longer";
        section.reading()
                .faults()
                .error(GH114, section.placeOf(key), "`idle` of `" + key + "` is longer than `absolute`", help);
    }

    static KeySettings keys(Section section, Optional<Text> fromEnvironment) {
        List<String> algorithms = section.list("algorithms", Algorithms::check);
        if (section.isEmptyList("algorithms")) {
            section.reading()
                    .faults()
                    .error(
                            GH107,
                            section.placeOf("algorithms"),
                            "`algorithms` is empty, so no token could be signed",
                            "write `[ES256, RS256]`");
        }
        Rotation rotation = section.value("rotate", TokenReader::rotation);
        return new KeySettings(algorithms, rotation.every(), rotation.keep(), master(section, fromEnvironment));
    }

    private static MasterKey master(Section section, Optional<Text> fromEnvironment) {
        Reading reading = section.reading();
        var inData = new MasterKey.InFile(reading.data().resolve("master.key"));
        if (!section.has("master") && fromEnvironment.isEmpty()) {
            reading.inForce(section.path("master"), "file:" + inData.path(), "default");
            return inData;
        }
        Optional<Text> text = section.has("master") ? section.given("master") : fromEnvironment;
        text.filter(found -> !found.text().startsWith("file:")
                        && found.standsInFile(0, found.text().length()))
                .ifPresent(found -> reading.clearSecret(new Reading.ClearSecret(
                        found.place(),
                        "the master key is written in clear text",
                        "use `${MASTER_KEY}`, or `file:` and a path")));
        return text.flatMap(found -> section.read("master", found, value -> master(reading, value)))
                .orElse(inData);
    }

    private static MasterKey master(Reading reading, String text) {
        if (text.startsWith("file:")) {
            try {
                return new MasterKey.InFile(reading.path(text.substring("file:".length())));
            } catch (InvalidPathException broken) {
                throw new Misfit(GH136, "this is not a path", null);
            }
        }
        try {
            if (Base64.getDecoder().decode(text).length == 32) return new MasterKey.Value(new Secret(text));
        } catch (IllegalArgumentException broken) {
            // Said below, as of every value that is no key.
        }
        throw new Misfit(
                GH136,
                "the master key is not base64 of 32 bytes",
                "make one with `openssl rand -base64 32`, or write `file:` and a path");
    }

    private static Rotation rotation(String text) {
        if (Written.onOff(text).equals(Optional.of(false))) return new Rotation(Optional.empty(), KEEP);
        Matcher words = ROTATION.matcher(text);
        if (text.isBlank() || !words.matches())
            throw new Misfit(GH138, "`" + text + "` is not a rotation", "write `every 90d keep 7d`, or `off`");
        Optional<Duration> every = Optional.ofNullable(words.group(1))
                .map(part -> within(part, Duration.ofHours(1), Duration.ofDays(3650)));
        Optional<Duration> keep = Optional.ofNullable(words.group(2))
                .map(part -> within(part, Duration.ofMinutes(1), Duration.ofDays(366)));
        return new Rotation(every, keep.orElse(KEEP));
    }

    private static Duration within(String text, Duration from, Duration to) {
        Duration duration = Written.duration(text, "rotate");
        if (duration.compareTo(from) >= 0 && duration.compareTo(to) <= 0) return duration;
        throw new Misfit(
                GH114,
                "`" + text + "` is outside the bounds of `rotate`",
                "`every` takes 1h to 3650d, `keep` 1m to 366d");
    }
}
