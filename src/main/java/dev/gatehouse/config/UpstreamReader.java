package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH134;

import dev.gatehouse.config.Config.Upstream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** {@code upstream}: a URL alone, or a section about several targets. */
final class UpstreamReader {
    private static final int MOST_TARGETS = 64;

    private UpstreamReader() {}

    /** Absent when nothing in it can be used. */
    static Optional<Upstream> read(Section api) {
        if (!api.isSection("upstream")) return api.required("upstream", Urls::upstream);
        Section section = api.section("upstream");
        if (OwnAnswerReader.isMeant(section)) return OwnAnswerReader.read(section);
        List<URI> targets = targets(section);
        var settings = new UpstreamSettings(
                targets,
                section.value("balance", Balance::of),
                section.value("health", offOr(HealthCheck::of)),
                section.optionalDuration("timeout"),
                section.duration("connect_timeout"),
                section.optionalDuration("idle_timeout"),
                section.optionalDuration("total_timeout"),
                section.count("retry"),
                section.count("connections"),
                section.count("pending"),
                section.value("breaker", offOr(BreakerSettings::of)),
                tls(section.section("tls")));
        return targets.isEmpty() ? Optional.empty() : Optional.of(new Upstream.Http(settings));
    }

    private static UpstreamTlsSettings tls(Section section) {
        Function<String, Path> file = text -> NamedFile.path(section.reading(), text);
        var settings = new UpstreamTlsSettings(
                section.optional("ca", text -> NamedFile.certificates(section.reading(), text)),
                section.optional("cert", text -> NamedFile.certificates(section.reading(), text)),
                section.optional("key", file),
                section.optional("name", RegistrationReader::host));
        NamedFile.pair(section, settings.cert(), settings.key());
        return settings;
    }

    private static <T> Function<String, Optional<T>> offOr(Function<String, T> form) {
        return text ->
                Written.onOff(text).equals(Optional.of(false)) ? Optional.empty() : Optional.of(form.apply(text));
    }

    private static List<URI> targets(Section section) {
        if (!section.has("targets")) {
            section.missing("targets");
            return List.of();
        }
        List<Text> items = section.items("targets");
        if (section.isEmptyList("targets"))
            fault(section, GH107, "`targets` is empty, so no request could go anywhere");
        if (items.size() > MOST_TARGETS) fault(section, GH134, "an upstream has " + MOST_TARGETS + " targets at most");
        var targets = new ArrayList<URI>();
        for (Text item : items)
            section.attempt(item, text -> target(text, targets)).ifPresent(targets::add);
        return targets;
    }

    private static URI target(String text, List<URI> before) {
        if (!(Urls.upstream(text) instanceof Upstream.Http http))
            throw new Misfit(
                    GH134, "`" + text + "` cannot be one of several targets", "write it as the `upstream` alone");
        URI target = http.targets().get(0);
        URI first = before.isEmpty() ? target : before.get(0);
        if (!target.getScheme().equalsIgnoreCase(first.getScheme())
                || !Objects.equals(target.getRawPath(), first.getRawPath())) {
            throw new Misfit(
                    GH134,
                    "`" + text + "` differs from `" + first + "` in more than host and port",
                    "give it an API of its own");
        }
        return target;
    }

    private static void fault(Section section, FaultCode code, String message) {
        section.reading().faults().error(code, section.placeOf("targets"), message, null);
    }
}
