package dev.gatehouse.cli;

import dev.gatehouse.cli.RoutesCommands.Listed;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.config.RateLimit;
import dev.gatehouse.edge.AskedFields;
import dev.gatehouse.edge.HouseAddresses;
import dev.gatehouse.edge.RequestTarget;
import dev.gatehouse.edge.RouteTable;
import dev.gatehouse.edge.RouteTable.Found;
import dev.gatehouse.policy.Decision;
import dev.gatehouse.policy.PolicyCompiler;
import dev.gatehouse.policy.Trace;
import dev.gatehouse.vocabulary.Nearest;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Rule;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code gatehouse explain METHOD PATH}, also {@code routes test}: the very decision the gate would make, with every clause answered. Only how often a caller has come
 * is known to the running gate alone; whom a limit counts is said. Exit status 1 when it is no.
 */
@Command(name = "explain", description = "May such a caller do that? Every clause is answered.")
final class ExplainCommand implements Callable<Integer> {
    private final Invocation invocation;
    private final InstantSource clock = InstantSource.system();

    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST, …")
    private String method = "";

    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "What comes after the host, for example /api/orders/42.")
    private String path = "";

    @Option(names = "--host", paramLabel = "HOST", description = "The host that is asked, where APIs name hosts.")
    private @Nullable String host;

    @Option(
            names = "--header",
            paramLabel = "FIELD",
            description = "A header field, for example \"X-Version: 2\"; can be given more than once.")
    private List<String> headers = List.of();

    @Mixin
    private final SupposedCaller caller = new SupposedCaller();

    /** What there is to say: the route where one was found, a status (none: the gate's own addresses answer as they do), and why not. */
    private record Outcome(Optional<Listed> route, int status, String reason, String detail, Optional<Trace> trace) {
        static Outcome ofTheHouse() {
            return new Outcome(Optional.empty(), 0, "", "the gate answers this address itself", Optional.empty());
        }

        boolean isAllowed() {
            return status < 300;
        }

        static Outcome refused(Reason reason, String detail) {
            return new Outcome(Optional.empty(), reason.status(), reason.code(), detail, Optional.empty());
        }
    }

    ExplainCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        var config = invocation.file(ConfigFile.Mode.CHECK).config();
        var outcome = outcome(config);
        if (invocation.json()) invocation.show(json(config, outcome));
        else print(config, outcome);
        return outcome.isAllowed() ? Exit.OK : Exit.REFUSED;
    }

    private Outcome outcome(Config config) {
        String verb = method.toUpperCase(Locale.ROOT);
        var target = RequestTarget.parse(verb, path, config.limits().uriSize());
        if (target instanceof RequestTarget.Refused no) return Outcome.refused(no.reason(), no.detail());
        if (HouseAddresses.has(((RequestTarget.Canonical) target).path())) return Outcome.ofTheHouse();
        var found = table(config).find(verb, (RequestTarget.Canonical) target, host, new AskedFields(fields()));
        if (found instanceof Found.Match<Listed> match) return decided(config, match);
        if (found instanceof Found.MethodNotAllowed<Listed> other)
            return Outcome.refused(Reason.METHOD_NOT_ALLOWED, "this path takes " + String.join(", ", other.allowed()));
        if (found instanceof Found.Ambiguous<Listed> two)
            return Outcome.refused(Reason.AMBIGUOUS_REQUEST, two.detail());
        return Outcome.refused(Reason.NO_ROUTE, "no route lists this path" + near(config));
    }

    private Outcome decided(Config config, Found.Match<Listed> match) {
        Map<String, Rule> policies =
                config.policies().values().stream().collect(Collectors.toMap(Config.Policy::name, Config.Policy::rule));
        var policy = PolicyCompiler.compile(
                match.route().route().allow(),
                policies,
                match.route().route().callers().stepUp());
        var decision = policy.explain(caller.facts(config, clock.instant(), match.variables()));
        var route = Optional.of(match.route());
        if (match.route().route().callers().optional() && caller.isNobody())
            return new Outcome(route, 200, "", "the route lets callers without a token pass", decision.trace());
        if (decision instanceof Decision.Refused no)
            return new Outcome(route, no.reason().status(), no.reason().code(), no.detail(), decision.trace());
        return new Outcome(route, 200, "", "", decision.trace());
    }

    private static RouteTable<Listed> table(Config config) {
        var table = new RouteTable.Builder<Listed>();
        Listed.all(config)
                .forEach(listed -> table.add(
                        listed.route().method(),
                        listed.pattern(),
                        listed.api().exposure().hosts(),
                        listed.route().terms().headers(),
                        listed));
        return table.build();
    }

    private MultiMap fields() {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1)
                throw CommandRefused.usage("`" + header + "` is not a header field; write it as `X-Version: 2`.");
            fields.add(header.substring(0, colon), header.substring(colon + 1).trim());
        }
        return fields;
    }

    private String near(Config config) {
        var paths = Listed.all(config).map(listed -> listed.pattern().text()).toList();
        return Nearest.to(path, paths)
                .map(nearest -> "; the nearest is " + nearest)
                .orElse("");
    }

    private void print(Config config, Outcome outcome) {
        invocation.say(outcome.isAllowed() ? "ALLOWED" : "REFUSED " + outcome.status() + " " + outcome.reason());
        outcome.route().ifPresent(listed -> {
            invocation.say(
                    "  route  " + listed.words() + "   " + listed.route().at().fileAndLine());
            var view = new RouteView(config, listed);
            invocation.say("  api    " + listed.api().name() + " -> " + view.upstream());
            if (!view.callers().isEmpty()) invocation.say("  auth   " + String.join(", ", view.callers()));
            invocation.say("  cors   " + view.cors());
            view.limits()
                    .forEach(limit -> invocation.say("  limit  " + limit.text() + "   " + counted(limit, outcome)));
        });
        if (!outcome.detail().isEmpty()) invocation.say("  why    " + outcome.detail());
        outcome.trace().ifPresent(trace -> print(trace, "  "));
    }

    /** Addresses are counted before anything else, callers when it is known that they may. */
    private String counted(RateLimit limit, Outcome outcome) {
        if (limit.per() != RateLimit.Per.IP && !outcome.isAllowed()) return "not counted: refused before";
        return "counts " + caller.countedAs(limit.per());
    }

    private void print(Trace trace, String indent) {
        String found = trace.found().isEmpty() ? "" : "   (" + trace.found() + ")";
        invocation.say(indent + mark(trace) + " " + trace.place().text() + found);
        for (Trace part : trace.parts()) print(part, indent + "  ");
    }

    private static String mark(Trace trace) {
        return switch (trace.answer()) {
            case YES -> "✔";
            case NO -> "✘";
            case UNKNOWN -> "?";
        };
    }

    private JsonObject json(Config config, Outcome outcome) {
        var json = new JsonObject().put("method", method).put("path", path).put("allowed", outcome.isAllowed());
        if (outcome.status() > 0) json.put("status", outcome.status());
        if (!outcome.reason().isEmpty()) json.put("reason", outcome.reason());
        if (!outcome.detail().isEmpty()) json.put("detail", outcome.detail());
        outcome.route().ifPresent(listed -> tell(new RouteView(config, listed), outcome, json));
        outcome.trace().ifPresent(trace -> json.put("trace", json(trace)));
        return json;
    }

    private void tell(RouteView view, Outcome outcome, JsonObject to) {
        JsonObject terms = view.json();
        to.put("route", view.listed().words());
        for (String term : List.of("api", "upstream", "auth", "optional", "mcp", "step_up", "cors", "at"))
            to.put(term, terms.getValue(term));
        var limits = new JsonArray();
        for (RateLimit limit : view.limits())
            limits.add(new JsonObject().put("limit", limit.text()).put("counted", counted(limit, outcome)));
        to.put("limits", limits);
    }

    private static JsonObject json(Trace trace) {
        var json = new JsonObject()
                .put("clause", trace.place().text())
                .put("answer", trace.answer().name().toLowerCase(Locale.ROOT));
        if (!trace.found().isEmpty()) json.put("found", trace.found());
        if (!trace.parts().isEmpty())
            json.put(
                    "parts",
                    new JsonArray(
                            trace.parts().stream().map(ExplainCommand::json).toList()));
        return json;
    }
}
