package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH119;
import static dev.gatehouse.config.FaultCode.GH132;
import static dev.gatehouse.config.FaultCode.GH133;

import dev.gatehouse.config.Config.Route;
import dev.gatehouse.config.Node.Mapping;
import dev.gatehouse.config.Node.Member;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import dev.gatehouse.vocabulary.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A line of {@code routes}: {@code METHOD /pattern: rule}, or the same key with a section of {@code allow} and more. */
final class RouteReader {
    private static final List<String> USUAL =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY");

    /** The route, the text of its key, and its rule where it was written. */
    record Read(Route route, Text key, Optional<WrittenRule> rule) {}

    /** The two words of a key. */
    private record Line(String method, RoutePattern pattern) {}

    private final Reading reading;
    private final Section api;
    private final Exposure exposure;

    RouteReader(Section api, Exposure exposure) {
        this.reading = api.reading();
        this.api = api;
        this.exposure = exposure;
    }

    /** Absent when the key is no route; with a rule that lets nobody through when only the rule is wrong. */
    Optional<Read> read(Member member) {
        Text key = reading.raw(member.key());
        Optional<Line> line = api.attempt(key, RouteReader::line);
        String path = api.path("routes") + "." + key.text();
        Optional<Section> section = section(member, path);
        Optional<Text> text = section.isPresent() ? section.get().requiredText("allow") : plain(member);
        Optional<Rule> rule = text.flatMap(found -> api.attempt(found, WrittenRule::parse));
        rule.ifPresent(found -> reading.inForce(
                path, text.orElseThrow().text(), text.orElseThrow().origin()));
        Optional<Duration> timeout = section.flatMap(found -> found.optionalDuration("timeout"));
        RouteCallers callers = RouteCallers.read(section, rule);
        return line.map(found -> new Read(
                new Route(
                        found.method(),
                        found.pattern(),
                        rule.orElseGet(() -> new Rule.Deny(0)),
                        timeout,
                        ExposureReader.terms(section, found.pattern(), exposure.headers()),
                        callers,
                        reading.position(member.key())),
                key,
                rule.map(written -> new WrittenRule(written, text.orElseThrow()))));
    }

    private Optional<Section> section(Member member, String path) {
        if (!(member.value() instanceof Mapping mapping)) return Optional.empty();
        return Optional.of(Section.of(reading, path, Route.class, mapping, reading.place(member.key())));
    }

    private Optional<Text> plain(Member member) {
        if (member.value() instanceof Node.Scalar scalar && scalar.isNull()) {
            String help = "say who may: `public`, `login`, `scope …`, `role …`";
            reading.faults()
                    .error(
                            GH107,
                            reading.place(member.key()),
                            "the route `" + member.key().text() + "` has no rule",
                            help);
            return Optional.empty();
        }
        return api.text(member.value(), "a route");
    }

    private static Line line(String text) {
        int space = text.indexOf(' ');
        if (space < 0) throw new Misfit(GH132, "`" + text + "` is not a route", advice(text));
        String method = method(text.substring(0, space));
        int begin = space;
        while (begin < text.length() && text.charAt(begin) == ' ') begin++;
        String path = text.substring(begin);
        return new Line(method, WrittenRule.fitting(GH119, begin, () -> RoutePatternParser.parse(path)));
    }

    private static String advice(String text) {
        if (text.startsWith("/")) return "write a method and a pattern, for example `GET " + text + "`";
        return "write a method, a space and a pattern, for example `GET /{id}`";
    }

    private static String method(String word) {
        if (USUAL.contains(word)) return word;
        if (word.equals("*")) throw new Misfit(GH133, "`*` is not a method", "write `ANY`", 0, 1);
        if (word.equals("CONNECT") || word.equals("TRACE")) {
            throw new Misfit(GH133, "`" + word + "` is never forwarded", null, 0, word.length());
        }
        Optional<String> meant = DidYouMean.question(word, USUAL);
        if (meant.isPresent() || !word.matches("[A-Z][A-Z-]{0,31}")) {
            throw new Misfit(
                    GH133,
                    "`" + word + "` is not a method",
                    meant.orElse("methods are written in capitals"),
                    0,
                    word.length());
        }
        return word;
    }
}
