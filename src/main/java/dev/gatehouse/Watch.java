package dev.gatehouse;

import dev.gatehouse.config.ObserveSettings;
import dev.gatehouse.edge.Durations;
import dev.gatehouse.edge.EdgeMeters;
import dev.gatehouse.edge.EdgeParts;
import dev.gatehouse.edge.Spans;
import dev.gatehouse.edge.UpstreamView;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.keys.SigningKey;
import dev.gatehouse.ops.CheckResult;
import dev.gatehouse.ops.Health;
import dev.gatehouse.ops.HealthEndpoint;
import dev.gatehouse.ops.Metrics;
import dev.gatehouse.ops.MetricsEndpoint;
import dev.gatehouse.ops.Probe;
import dev.gatehouse.ops.Readings;
import dev.gatehouse.ops.Version;
import dev.gatehouse.web.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is told of a node besides its log: health, metrics, traces. Every name that is written here stands in {@code src/docs/metrics.md}. */
final class Watch {
    private final ObserveSettings settings;
    private final Metrics metrics = new Metrics();
    private volatile Spans spans = Spans.off();

    Watch(ObserveSettings settings) {
        this.settings = settings;
        metrics.add(Watch::build);
    }

    List<Address> addresses(Vertx vertx, Health health) {
        var all = new ArrayList<>(HealthEndpoint.addresses(health));
        if (settings.metrics()) all.add(MetricsEndpoint.address(vertx, metrics));
        return all;
    }

    /** Where spans go. */
    Spans spans(Vertx vertx) {
        settings.traces().ifPresent(collector -> spans = Spans.to(vertx, collector, Version.current()));
        return spans;
    }

    /** Nothing is counted or told any more; what waits is told first. */
    Future<Void> close() {
        metrics.close();
        return spans.close();
    }

    void ground(Ground ground) {
        metrics.add(to -> ground(ground, to));
    }

    void hashing(PasswordHasher hasher) {
        metrics.add(to ->
                to.gauge("gatehouse_password_hashes", "Passwords that are hashed or wait for it.", hasher.underWay()));
    }

    void edge(EdgeParts edge) {
        metrics.add(to -> edge(edge, to));
    }

    void reloads(Reload reload, Health health) {
        health.check(
                Probe.READY,
                "config",
                () -> reload.lastWasRefused()
                        ? CheckResult.up("the saved file was refused; an older one serves")
                        : CheckResult.up());
        metrics.add(to -> {
            String name = "gatehouse_config_reloads";
            String help = "Saved files that came into force, or were refused.";
            to.counter(name, help, reload.taken(), "result", "taken");
            to.counter(name, help, reload.refused(), "result", "refused");
        });
    }

    private static void build(Readings to) {
        to.fact(
                "gatehouse_build",
                "Which version runs on which Java.",
                "version",
                Version.current(),
                "java",
                Integer.toString(Runtime.version().feature()));
    }

    private static void ground(Ground ground, Readings to) {
        boolean up = ground.database().downSince().isEmpty();
        to.gauge("gatehouse_database_up", "Whether the database answers.", up ? 1 : 0);
        to.gauge(
                "gatehouse_database_transaction_connections",
                "Connections that transactions have open.",
                ground.database().transactionConnections());
        to.gauge(
                "gatehouse_revocations",
                "Revocations that are known to this node.",
                ground.revocations().size());
        keys(ground, to);
        var counts = ground.tokens().counts();
        String name = "gatehouse_tokens_verified";
        String help = "Tokens that were looked at: known before, verified for the first time, or refused.";
        to.counter(name, help, counts.known(), "result", "warm");
        to.counter(name, help, counts.verified(), "result", "cold");
        to.counter(name, help, counts.refused(), "result", "refused");
    }

    private static void keys(Ground ground, Readings to) {
        Map<List<String>, Long> keys = ground.keys().ring().keys().stream()
                .collect(
                        Collectors.groupingBy(Watch::kind, () -> new TreeMap<>(Watch::inOrder), Collectors.counting()));
        keys.forEach((kind, count) -> to.gauge(
                "gatehouse_signing_keys",
                "Signing keys by algorithm and phase of life.",
                count,
                "algorithm",
                kind.get(0),
                "phase",
                kind.get(1)));
    }

    private static List<String> kind(SigningKey key) {
        return List.of(key.algorithm().name(), key.phase().name().toLowerCase(Locale.ROOT));
    }

    private static int inOrder(List<String> one, List<String> other) {
        return String.join(" ", one).compareTo(String.join(" ", other));
    }

    private static void edge(EdgeParts edge, Readings to) {
        EdgeMeters meters = edge.log().meters();
        for (EdgeMeters.Requests some : meters.requests())
            to.counter(
                    "gatehouse_requests",
                    "Requests by API, route and class of status.",
                    some.count(),
                    "api",
                    some.api(),
                    "route",
                    some.route(),
                    "status",
                    some.status());
        durations(
                "gatehouse_request_duration_seconds",
                "From the head of a request to the end of its answer.",
                meters.durations(),
                to);
        durations(
                "gatehouse_upstream_duration_seconds",
                "From the call of an upstream to the head of its answer.",
                meters.upstreamDurations(),
                to);
        meters.upstreamFailures()
                .forEach((api, count) -> to.counter(
                        "gatehouse_upstream_failures", "Calls of upstreams without an answer.", count, "api", api));
        meters.refusals()
                .forEach((reason, count) -> to.counter(
                        "gatehouse_refusals", "What was answered here, by reason.", count, "reason", reason));
        to.gauge(
                "gatehouse_connections", "Connections of callers.", edge.crowd().connections());
        to.gauge(
                "gatehouse_requests_waiting",
                "Requests whose answer has not begun.",
                edge.crowd().waiting());
        to.gauge(
                "gatehouse_websockets",
                "WebSockets that are open.",
                edge.crowd().webSockets());
        for (UpstreamView api : edge.upstreams().view()) upstream(api, to);
        to.counter(
                "gatehouse_access_log_lines_dropped",
                "Lines of the access log that could not be written fast enough.",
                edge.log().dropped());
        if (edge.spans().areWanted()) spans(edge.spans(), to);
    }

    private static void durations(String name, String help, Map<String, Durations> byApi, Readings to) {
        byApi.forEach((api, durations) ->
                to.histogram(name, help, Durations.bounds(), durations.counts(), durations.seconds(), "api", api));
    }

    private static void upstream(UpstreamView api, Readings to) {
        to.gauge(
                "gatehouse_upstream_requests",
                "Calls of an upstream that are under way.",
                api.underWay(),
                "api",
                api.api());
        to.gauge("gatehouse_upstream_waiting", "Requests that wait for their turn.", api.waiting(), "api", api.api());
        to.gauge(
                "gatehouse_upstream_breaker_open",
                "Whether nothing is sent because too much failed.",
                api.breaker().equals("closed") ? 0 : 1,
                "api",
                api.api());
        for (UpstreamView.OfTarget target : api.targets())
            to.gauge(
                    "gatehouse_upstream_target_up",
                    "Whether a target is well and in.",
                    target.well() && target.in() ? 1 : 0,
                    "api",
                    api.api(),
                    "target",
                    target.url());
    }

    private static void spans(Spans spans, Readings to) {
        String name = "gatehouse_traced_requests";
        String help = "Requests that the collector of traces was told of, or was not.";
        to.counter(name, help, spans.sent(), "result", "sent");
        to.counter(name, help, spans.lost(), "result", "lost");
    }
}
