package dev.gatehouse.cli;

import dev.gatehouse.cli.RoutesCommands.Listed;
import dev.gatehouse.config.ApiCallers;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Config.CorsSettings;
import dev.gatehouse.config.OwnAnswer;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.vocabulary.DurationText;
import dev.gatehouse.vocabulary.RulePrinter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What holds for one route: its own line, and what it has from its API and the file. */
record RouteView(Config config, Listed listed) {
    static final List<String> COLUMNS =
            List.of("method", "host", "path", "headers", "allow", "terms", "api", "upstream", "at");

    /** Every term on its own for programs, and all of them in a few words for people. */
    JsonObject json() {
        return new JsonObject()
                .put("method", listed.route().method())
                .put("host", String.join(", ", listed.api().exposure().hosts()))
                .put("path", listed.pattern().text())
                .put("headers", fields(listed.route().terms().headers()))
                .put("allow", RulePrinter.print(listed.route().allow()))
                .put("terms", String.join(", ", terms()))
                .put("auth", word(listed.api().callers().auth()))
                .put("optional", listed.route().callers().optional())
                .put("mcp", listed.api().callers().mcp())
                .put(
                        "limits",
                        new JsonArray(limits().stream().map(RateLimit::text).toList()))
                .put("step_up", String.join(", ", stepUp()))
                .put("cors", cors())
                .put("api", listed.api().name())
                .put("upstream", upstream())
                .put("at", listed.route().at().fileAndLine());
    }

    /** What is not as it is for a route that says nothing. */
    List<String> terms() {
        var terms = new ArrayList<>(callers());
        terms.addAll(stepUp());
        limits().forEach(limit -> terms.add(limit.text()));
        if (listed.api().exposure().cors().isPresent()) terms.add("cors " + cors());
        return terms;
    }

    /** How callers show who they are. */
    List<String> callers() {
        var words = new ArrayList<String>();
        ApiCallers callers = listed.api().callers();
        if (callers.auth() != ApiCallers.Auth.BEARER) words.add(word(callers.auth()));
        if (listed.route().callers().optional()) words.add("optional");
        if (callers.mcp()) words.add("mcp");
        return words;
    }

    List<String> stepUp() {
        var wanted = listed.route().callers().stepUp();
        var words = new ArrayList<String>();
        wanted.maxAge().ifPresent(age -> words.add("max_age " + DurationText.print(age)));
        if (!wanted.acr().isEmpty()) words.add("acr " + String.join(" ", wanted.acr()));
        return words;
    }

    /** In the order in which they are asked: addresses before anything is known of the caller. */
    List<RateLimit> limits() {
        return Stream.concat(listed.api().callers().limits().stream(), listed.route().callers().limits().stream())
                .sorted(Comparator.comparing(limit -> limit.per() != RateLimit.Per.IP))
                .toList();
    }

    String cors() {
        CorsSettings settings = listed.api().exposure().cors().orElse(config.cors());
        if (settings instanceof CorsSettings.Origins some) return String.join(" ", some.origins());
        return settings instanceof CorsSettings.Clients ? "clients" : "off";
    }

    String upstream() {
        Config.Upstream upstream = listed.api().upstream();
        if (upstream instanceof Config.Upstream.Bus bus) return "eventbus:" + bus.address();
        if (upstream instanceof OwnAnswer.Fixed fixed) return "static " + fixed.status();
        if (upstream instanceof OwnAnswer.Redirect away)
            return "redirect " + away.target() + away.path().text();
        return ((Config.Upstream.Http) upstream)
                .targets().stream().map(URI::toString).collect(Collectors.joining(" "));
    }

    private static String word(ApiCallers.Auth auth) {
        return auth.name().toLowerCase(Locale.ROOT);
    }

    private static String fields(Map<String, String> headers) {
        return headers.entrySet().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining(", "));
    }
}
