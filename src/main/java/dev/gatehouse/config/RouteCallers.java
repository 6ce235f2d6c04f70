package dev.gatehouse.config;

import java.util.List;
import java.util.Optional;

/** What holds for the callers of one route besides its rule. */
public record RouteCallers(
        @Setting(
                        form = Form.LIMIT,
                        key = "limit",
                        value = "How often each may call this route. The `limit` of the API applies as well.",
                        leftOut = "no limit of its own",
                        example = "5/min per user")
                List<RateLimit> limits) {
    static final RouteCallers PLAIN = new RouteCallers(List.of());

    /** A route that is a rule alone has no section. */
    static RouteCallers read(Optional<Section> section) {
        return section.map(found -> new RouteCallers(
                        found.optional("limit", RateLimit::parse).orElse(List.of())))
                .orElse(PLAIN);
    }
}
