package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH201;
import static dev.gatehouse.config.FaultCode.GH202;
import static dev.gatehouse.config.FaultCode.GH203;
import static dev.gatehouse.config.FaultCode.GH303;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What holds between the routes of all APIs: no two match the same requests, none reaches for the gate's own paths, and none is left without
 * requests because more specific ones take them all. Patterns are compared by shape, as the route table does.
 */
final class RouteChecks {
    private final Faults faults;
    private final Map<String, Text> apiPaths = new HashMap<>();
    private final Map<String, Text> routes = new HashMap<>();
    private final Map<String, Set<String>> methodsByShape = new HashMap<>();

    RouteChecks(Faults faults) {
        this.faults = faults;
    }

    void check(List<ApiReader.Read> apis) {
        for (ApiReader.Read api : apis) api.path().ifPresent(path -> api(api, path));
        for (ApiReader.Read api : apis) {
            if (api.path().isPresent()) api.routes().forEach(read -> shadow(read, whole(api, read)));
        }
    }

    private void api(ApiReader.Read api, Text path) {
        Text first = apiPaths.putIfAbsent(api.api().path(), path);
        if (first != null) {
            String help = "put the routes together; the first is on line "
                    + first.position().line();
            faults.error(
                    GH201, path.place(), "two APIs have the path `" + api.api().path() + "`", help);
            return;
        }
        ReservedPaths.overlapping(api.api().path())
                .ifPresent(own -> faults.error(
                        GH202,
                        path.place(),
                        "`" + own + "` belongs to the gate itself",
                        "choose another path, for example `/api/" + api.api().name() + "`"));
        for (RouteReader.Read read : api.routes())
            route(read, whole(api, read), api.api().path());
    }

    private void route(RouteReader.Read read, RoutePattern whole, String apiPath) {
        String method = read.route().method();
        Text first = routes.putIfAbsent(method + " " + whole.shape(), read.key());
        if (first != null) {
            String help = "the first is on line " + first.position().line();
            faults.error(
                    GH203,
                    read.key().place(),
                    "`" + read.key().text() + "` matches the same requests as another route",
                    help);
            return;
        }
        methodsByShape.computeIfAbsent(whole.shape(), shape -> new HashSet<>()).add(method);
        if (apiPath.equals("/")) {
            ReservedPaths.reachedBy(whole)
                    .ifPresent(own -> faults.error(
                            GH202, read.key().place(), "`" + own + "` belongs to the gate itself", "remove the route"));
        }
    }

    private void shadow(RouteReader.Read read, RoutePattern whole) {
        String shape = whole.shape();
        if (!shape.endsWith("/**")) return;
        String method = read.route().method();
        takers(shape.substring(0, shape.length() - 3), method)
                .ifPresent(takers -> faults.warning(
                        GH303,
                        read.key().place(),
                        "`" + read.key().text() + "` is never reached",
                        "all its requests go to " + Written.listed(takers)));
    }

    /** The shapes that share out everything below {@code prefix}: the prefix itself, and one segment more with whatever follows. */
    private Optional<List<String>> takers(String prefix, String method) {
        var takers = new ArrayList<String>();
        String here = prefix;
        for (int deeper = 0; deeper < 64; deeper++) {
            String exact = here.isEmpty() ? "/" : here;
            if (!takes(exact, method)) return Optional.empty();
            takers.add(shown(exact, method));
            here = here + "/{}";
            if (takes(here + "/**", method)) {
                takers.add(shown(here + "/**", method));
                return Optional.of(takers);
            }
        }
        return Optional.empty();
    }

    private boolean takes(String shape, String method) {
        Set<String> methods = methodsByShape.getOrDefault(shape, Set.of());
        return methods.contains(method)
                || (methods.contains("ANY") && !method.equals("OPTIONS"))
                || (methods.contains("GET") && method.equals("HEAD"));
    }

    private String shown(String shape, String method) {
        Text key = routes.get(method + " " + shape);
        return key == null ? "ANY " + shape : key.text();
    }

    private static RoutePattern whole(ApiReader.Read api, RouteReader.Read read) {
        return read.route().pattern().below(RoutePatternParser.parse(api.api().path()));
    }
}
