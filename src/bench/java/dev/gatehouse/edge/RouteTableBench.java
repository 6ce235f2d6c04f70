package dev.gatehouse.edge;

import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePatternParser;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A lookup must cost the same however long the file is. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteTableBench {
    private static final int ASKED = 1024;

    @Param({"10", "1000", "100000"})
    int routes;

    private RouteTable<Integer> table;
    private RouteTable<Integer> byHost;
    private final String[] hosts = new String[ASKED];
    private final AskedFields fields =
            new AskedFields(MultiMap.caseInsensitiveMultiMap().add("X-Version", "2"));
    private final RequestTarget.Canonical[] literals = new RequestTarget.Canonical[ASKED];
    private final RequestTarget.Canonical[] variables = new RequestTarget.Canonical[ASKED];
    private int next;

    /** Ten routes for each service, of the shapes that people write. */
    @Setup
    public void fill() {
        var builder = new RouteTable.Builder<Integer>();
        int services = routes / 10;
        for (int i = 0; i < services; i++) {
            String api = "/api/service" + i;
            add(builder, "GET", api);
            add(builder, "POST", api);
            add(builder, "GET", api + "/{id}");
            add(builder, "PUT", api + "/{id}");
            add(builder, "DELETE", api + "/{id}");
            add(builder, "GET", api + "/{id}/events");
            add(builder, "ANY", api + "/{id}/files/**");
            add(builder, "GET", api + "/search/recent");
            add(builder, "POST", api + "/search/{kind}");
            add(builder, "ANY", api + "/admin/**");
        }
        table = builder.build();
        byHost = byHost(services);
        for (int i = 0; i < ASKED; i++) {
            String api = "/api/service" + (int) ((long) i * services / ASKED);
            hosts[i] = "Api.Service" + (int) ((long) i * services / ASKED) + ".example.com:8443";
            literals[i] = target(api + "/search/recent?page=2");
            variables[i] = target(api + "/4711/events");
        }
    }

    @Benchmark
    public Object literals() {
        return table.find("GET", literals[next++ & (ASKED - 1)]);
    }

    @Benchmark
    public Object variables() {
        return table.find("GET", variables[next++ & (ASKED - 1)]);
    }

    /** As many hosts as services, half of them wildcards; routes of two versions. */
    private static RouteTable<Integer> byHost(int services) {
        var builder = new RouteTable.Builder<Integer>();
        for (int i = 0; i < services; i++) {
            List<String> host = List.of((i % 2 == 0 ? "api" : "*") + ".service" + i + ".example.com");
            for (int j = 0; j < 5; j++) {
                RoutePattern pattern = RoutePatternParser.parse("/api/service" + i + "/{id}/events" + "/x".repeat(j));
                builder.add("GET", pattern, host, Map.of(), j);
                builder.add("GET", pattern, host, Map.of("x-version", "2"), j);
            }
        }
        return builder.build();
    }

    @Benchmark
    public Object hostsAndFields() {
        int asked = next++ & (ASKED - 1);
        return byHost.find("GET", variables[asked], hosts[asked], fields);
    }

    @Benchmark
    public Object methodNotAllowed() {
        return table.find("PATCH", variables[next++ & (ASKED - 1)]);
    }

    private static void add(RouteTable.Builder<Integer> builder, String method, String pattern) {
        builder.add(method, RoutePatternParser.parse(pattern), pattern.length());
    }

    private static RequestTarget.Canonical target(String text) {
        return (RequestTarget.Canonical) RequestTarget.parse("GET", text, 8192);
    }
}
