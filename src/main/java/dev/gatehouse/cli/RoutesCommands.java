package dev.gatehouse.cli;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.OwnAnswer;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import dev.gatehouse.vocabulary.RulePrinter;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gatehouse routes …}: what the file exposes. */
final class RoutesCommands {
    private static final List<String> COLUMNS =
            List.of("method", "host", "path", "headers", "allow", "api", "upstream", "at");

    /** One line of an API with the API it belongs to; {@code pattern} is seen from the root. */
    record Listed(Config.Api api, Config.Route route, RoutePattern pattern) {
        static Stream<Listed> all(Config config) {
            return config.apis().values().stream().flatMap(Listed::of);
        }

        private static Stream<Listed> of(Config.Api api) {
            var base = RoutePatternParser.parse(api.path());
            return api.routes().stream()
                    .map(route -> new Listed(api, route, route.pattern().below(base)));
        }

        String words() {
            return route.method() + " " + pattern.text();
        }
    }

    @Command(name = "routes", description = "What the file exposes: list, test.")
    static final class RoutesGroup extends Cli.Group {}

    private RoutesCommands() {}

    static CommandLine all(Invocation invocation) {
        return new CommandLine(new RoutesGroup())
                .addSubcommand(new ListRoutes(invocation))
                .addSubcommand(new RoutesTestCommand(invocation));
    }

    @Command(name = "list", description = "Every route, who may, and where it leads.")
    static final class ListRoutes implements Runnable {
        private final Invocation invocation;

        ListRoutes(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            var config = invocation.file(ConfigFile.Mode.CHECK).config();
            invocation.show(COLUMNS, Listed.all(config).map(ListRoutes::row).toList());
        }

        private static JsonObject row(Listed listed) {
            return new JsonObject()
                    .put("method", listed.route().method())
                    .put("host", String.join(", ", listed.api().exposure().hosts()))
                    .put("path", listed.pattern().text())
                    .put("headers", fields(listed.route().terms().headers()))
                    .put("allow", RulePrinter.print(listed.route().allow()))
                    .put("api", listed.api().name())
                    .put("upstream", text(listed.api().upstream()))
                    .put("at", listed.route().at().fileAndLine());
        }

        private static String fields(Map<String, String> headers) {
            return headers.entrySet().stream()
                    .map(field -> field.getKey() + ": " + field.getValue())
                    .collect(Collectors.joining(", "));
        }

        private static String text(Config.Upstream upstream) {
            if (upstream instanceof Config.Upstream.Bus bus) return "eventbus:" + bus.address();
            if (upstream instanceof OwnAnswer.Fixed fixed) return "static " + fixed.status();
            if (upstream instanceof OwnAnswer.Redirect away)
                return "redirect " + away.target() + away.path().text();
            return ((Config.Upstream.Http) upstream)
                    .targets().stream().map(URI::toString).collect(Collectors.joining(" "));
        }
    }
}
