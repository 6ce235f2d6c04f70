package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.web.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of requests, on all event loops: a few additions each. Names come from the settings and from enums, never from a caller, and are bounded all the same:
 * what is one too many is counted as {@link #OTHER}.
 */
public final class EdgeMeters {
    /** The API of what is answered by the house, or by nobody. */
    public static final String NO_API = "-";

    static final String OTHER = "other";
    static final int MOST_APIS = 500;
    static final int MOST_ROUTES = 2_000;
    private static final String[] CLASSES = {"left", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final ConcurrentMap<String, OfApi> apis = new ConcurrentHashMap<>();
    private final ConcurrentMap<Problem, LongAdder> refusals = new ConcurrentHashMap<>();
    private final AtomicInteger routes = new AtomicInteger();

    /** How many requests of a route ended with a status of that class; {@code left}: the caller did not wait for one. */
    public record Requests(String api, String route, String status, long count) {}

    private final class OfApi {
        final ConcurrentMap<String, LongAdder[]> byRoute = new ConcurrentHashMap<>();
        final Durations whole = new Durations();
        final Durations upstream = new Durations();
        final LongAdder upstreamFailures = new LongAdder();

        LongAdder[] route(@Nullable String named) {
            String name = named == null ? NO_API : named;
            LongAdder[] known = byRoute.get(name);
            if (known != null) return known;
            boolean room = routes.get() < MOST_ROUTES;
            return byRoute.computeIfAbsent(room ? name : OTHER, first -> {
                routes.incrementAndGet();
                var counts = new LongAdder[CLASSES.length];
                for (int i = 0; i < counts.length; i++) counts[i] = new LongAdder();
                return counts;
            });
        }
    }

    void count(LogLine.Told told) {
        Exchange exchange = told.exchange();
        OfApi api = api(exchange.api);
        api.route(exchange.route)[classOf(told.status())].increment();
        api.whole.add(told.nowNanos() - exchange.startedNanos);
        Problem reason = exchange.reason;
        if (reason != null)
            refusals.computeIfAbsent(reason, first -> new LongAdder()).increment();
        if (exchange.upstreamStartedNanos == 0) return;
        if (told.upstreamNanos() >= 0) api.upstream.add(told.upstreamNanos());
        else if (!told.left()) api.upstreamFailures.increment();
    }

    public List<Requests> requests() {
        var all = new ArrayList<Requests>();
        apis.forEach((api, of) -> of.byRoute.forEach((route, counts) -> {
            for (int i = 0; i < counts.length; i++)
                if (counts[i].sum() > 0) all.add(new Requests(api, route, CLASSES[i], counts[i].sum()));
        }));
        return all;
    }

    /** By API: from the head of the request to the end of the answer. */
    public Map<String, Durations> durations() {
        return entries().collect(Collectors.toMap(Map.Entry::getKey, api -> api.getValue().whole));
    }

    /** By API: from the call of the upstream to the head of its answer. */
    public Map<String, Durations> upstreamDurations() {
        return entries().collect(Collectors.toMap(Map.Entry::getKey, api -> api.getValue().upstream));
    }

    /** By API: calls of upstreams that brought no answer. */
    public Map<String, Long> upstreamFailures() {
        return entries().collect(Collectors.toMap(Map.Entry::getKey, api -> api.getValue()
                .upstreamFailures
                .sum()));
    }

    /** By reason: what was answered here instead of there. */
    public Map<String, Long> refusals() {
        return refusals.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().code(),
                        entry -> entry.getValue().sum(),
                        Long::sum));
    }

    private Stream<Map.Entry<String, OfApi>> entries() {
        return apis.entrySet().stream();
    }

    private OfApi api(@Nullable String named) {
        String name = named == null ? NO_API : named;
        OfApi known = apis.get(name);
        if (known != null) return known;
        return apis.computeIfAbsent(apis.size() < MOST_APIS ? name : OTHER, first -> new OfApi());
    }

    private static int classOf(int status) {
        int hundreds = status / 100;
        return hundreds > 0 && hundreds < CLASSES.length ? hundreds : 0;
    }
}
