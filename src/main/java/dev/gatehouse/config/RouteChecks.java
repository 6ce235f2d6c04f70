package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH201;
import static dev.gatehouse.config.FaultCode.GH202;
import static dev.gatehouse.config.FaultCode.GH203;
import static dev.gatehouse.config.FaultCode.GH204;
import static dev.gatehouse.config.FaultCode.GH303;

import dev.gatehouse.vocabulary.RouteConflicts;
import dev.gatehouse.vocabulary.RouteConflicts.Claimed;
import dev.gatehouse.vocabulary.RouteConflicts.Conflict;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds between the routes of all APIs: each API stands at a place of its own, no two routes match the same requests, and none is left without any. */
final class RouteChecks {
    private final Faults faults;
    private final Map<Taken, Text> placesTaken = new HashMap<>();
    private final List<Claimed<Text>> claimed = new ArrayList<>();

    /** Where an API stands. */
    private record Taken(String host, String path, Map<String, String> headers) {}

    RouteChecks(Faults faults) {
        this.faults = faults;
    }

    void check(List<ApiReader.Read> apis) {
        for (ApiReader.Read api : apis) api.path().ifPresent(path -> api(api, path));
        RouteConflicts.among(claimed).forEach(this::conflict);
    }

    private void api(ApiReader.Read api, Text path) {
        String place = api.api().path();
        Exposure exposure = api.api().exposure();
        for (String host : exposure.hosts().isEmpty() ? List.of("") : exposure.hosts()) {
            Text first = placesTaken.putIfAbsent(new Taken(host, place, exposure.headers()), path);
            if (first == null) continue;
            String help = "put their routes together; the first is on line "
                    + first.position().line();
            String where = host.isEmpty() ? "" : " on `" + host + "`";
            faults.error(GH201, path.place(), "two APIs have the path `" + place + "`" + where, help);
            return;
        }
        ReservedPaths.overlapping(place)
                .ifPresent(own -> belongsToUs(
                        path,
                        own,
                        "choose another path, for example `/api/" + api.api().name() + "`"));
        var base = RoutePatternParser.parse(place);
        for (RouteReader.Read read : api.routes()) {
            RoutePattern whole = read.route().pattern().below(base);
            claimed.add(new Claimed<>(
                    read.route().method(),
                    whole,
                    exposure.hosts(),
                    read.route().terms().headers(),
                    read.key()));
            if (place.equals("/")) {
                ReservedPaths.namedBy(whole).ifPresent(own -> belongsToUs(read.key(), own, "remove the route"));
            }
        }
    }

    private void belongsToUs(Text text, String own, String help) {
        faults.error(GH202, text.place(), "`" + own + "` belongs to the gate itself", help);
    }

    private void conflict(Conflict<Text> conflict) {
        String route = conflict.route().text();
        Place place = conflict.route().place();
        if (conflict instanceof Conflict.Duplicate<Text> duplicate) {
            String help = "the first is on line " + duplicate.first().position().line();
            faults.error(GH203, place, "`" + route + "` matches the same requests as another route", help);
        }
        if (conflict instanceof Conflict.Undecided<Text> undecided) {
            String first = "the one on line " + undecided.first().position().line();
            faults.error(
                    GH204,
                    place,
                    "a request could have what `" + route + "` and " + first + " ask for",
                    "give one of them the fields of the other as well, or another value of one field");
        }
        if (conflict instanceof Conflict.Shadowed<Text> shadowed) {
            var takers = shadowed.by().stream().map(Text::text).toList();
            faults.warning(
                    GH303,
                    place,
                    "`" + route + "` is never reached",
                    "all its requests go to " + Written.listed(takers));
        }
    }
}
