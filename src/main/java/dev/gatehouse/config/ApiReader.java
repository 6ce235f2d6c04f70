package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH107;
import static dev.gatehouse.config.FaultCode.GH147;
import static dev.gatehouse.config.FaultCode.GH149;
import static dev.gatehouse.config.FaultCode.GH214;

import dev.gatehouse.config.Config.Api;
import dev.gatehouse.config.Config.Identity;
import dev.gatehouse.config.Config.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code apis}: what is behind the gate. */
final class ApiReader {
    /** An API whose upstream is faulted goes on with this one, so that the rest of it is still checked. */
    private static final Upstream NOWHERE = new Upstream.Bus("nowhere");

    /** An API, the text of its path if that was readable, and its routes as written. */
    record Read(Api api, Optional<Text> path, List<RouteReader.Read> routes) {}

    private final Set<String> issuers;
    private final Map<String, ForeignIssuer> known;

    /** {@code issuers} are the names that an API may list; {@code known} are those of them without a fault. */
    ApiReader(Set<String> issuers, Map<String, ForeignIssuer> known) {
        this.issuers = issuers;
        this.known = known;
    }

    Read read(Section.Named named) {
        Section section = named.section();
        String name = section.attempt(named.name(), text -> Written.name(text, "an API"))
                .orElse("");
        Optional<String> path = section.required("path", Written::apiPath);
        Exposure exposure = ExposureReader.exposure(section);
        Upstream upstream = UpstreamReader.read(section).orElse(NOWHERE);
        Identity identity = identity(section);
        Duration timeout = section.duration("timeout");
        List<String> accepted = issuers(section);
        Optional<String> audience = section.optional("audience", text -> text);
        var routes = routes(section, exposure);
        OwnAnswerReader.check(section, upstream, routes);
        ApiCallers callers = ApiCallers.read(section);
        if (callers.mcp()) section.given("audience").ifPresent(text -> resource(section, text, path.orElse("/")));
        var api = new Api(
                name,
                path.orElse("/"),
                exposure,
                upstream,
                identity,
                timeout,
                accepted,
                audience,
                routes.stream().map(RouteReader.Read::route).toList(),
                callers,
                named.name().position());
        return new Read(api, path.flatMap(good -> section.given("path")), routes);
    }

    /** Clients find the metadata by the address that a token is asked for (RFC 9728 §3.1), so both have to lead here. */
    private static void resource(Section section, Text audience, String path) {
        section.attempt(audience, text -> {
            String end = path.equals("/") ? "" : path;
            if (text.matches("https?://[^/?#\\s]+") && end.isEmpty()) return text;
            if (text.matches("https?://[^/?#\\s]+/[^?#\\s]*")
                    && text.substring(text.indexOf('/', 8)).equals(end)) return text;
            throw new Misfit(
                    GH149,
                    "`" + text + "` is not the address of this API",
                    "MCP clients ask for tokens for the URL that they call: end it with `" + path
                            + "`, or leave it out");
        });
    }

    private static Identity identity(Section section) {
        return Identity.valueOf(section.choice("identity").toUpperCase(Locale.ROOT));
    }

    private List<String> issuers(Section section) {
        var accepted = new ArrayList<String>();
        for (Text item : section.items("issuers")) {
            if (item.text().equals("self") || issuers.contains(item.text())) accepted.add(item.text());
            else unknownIssuer(section, item);
        }
        oneToAsk(section, accepted);
        if (section.isEmptyList("issuers")) {
            section.reading()
                    .faults()
                    .error(
                            GH107,
                            section.placeOf("issuers"),
                            "`issuers` is empty, so no token could pass",
                            "write `[self]`");
        }
        return List.copyOf(accepted);
    }

    /** A token that says nothing does not say either whom to ask, and nobody is shown the tokens of others. */
    private void oneToAsk(Section section, List<String> accepted) {
        List<String> asked = accepted.stream()
                .filter(name ->
                        known.containsKey(name) && known.get(name).introspect().isPresent())
                .toList();
        if (asked.size() < 2) return;
        section.reading()
                .faults()
                .error(
                        GH147,
                        section.placeOf("issuers"),
                        Written.listed(asked) + " would both be asked about the same token",
                        "accept one of them here");
    }

    private void unknownIssuer(Section section, Text item) {
        var known = new ArrayList<>(issuers);
        known.add("self");
        section.reading()
                .faults()
                .error(
                        GH214,
                        item.place(),
                        "issuer `" + item.text() + "` is not defined under `issuers`",
                        DidYouMean.question(item.text(), known).orElse(null));
    }

    private static List<RouteReader.Read> routes(Section section, Exposure exposure) {
        var reader = new RouteReader(section, exposure);
        return section.members("routes").stream()
                .flatMap(member -> reader.read(member).stream())
                .toList();
    }
}
