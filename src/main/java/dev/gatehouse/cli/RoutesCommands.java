package dev.gatehouse.cli;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gatehouse routes …}: what the file exposes. */
final class RoutesCommands {
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
                .addSubcommand(new CommandLine(new ExplainCommand(invocation)).setCommandName("test"));
    }

    @Command(name = "list", description = "Every route, who may and on which terms, and where it leads.")
    static final class ListRoutes implements Runnable {
        private final Invocation invocation;

        ListRoutes(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void run() {
            var config = invocation.file(ConfigFile.Mode.CHECK).config();
            invocation.show(
                    RouteView.COLUMNS,
                    Listed.all(config)
                            .map(listed -> new RouteView(config, listed).json())
                            .toList());
        }
    }
}
