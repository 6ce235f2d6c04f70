package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Rule;
import java.util.List;
import java.util.Optional;

/** What holds for the callers of one route besides its rule. */
public record RouteCallers(
        @Setting(
                        form = Form.CHOICE,
                        choices = {"on", "off"},
                        byDefault = "off",
                        value =
                                "Whether callers without a token pass as well, as nobody, whatever the rule says. A token that is not valid is refused all the same, and the rule holds for whoever brings a good one.")
                boolean optional,
        @Setting(
                        form = Form.LIMIT,
                        key = "limit",
                        value = "How often each may call this route. The `limit` of the API applies as well.",
                        leftOut = "no limit of its own",
                        example = "5/min per user")
                List<RateLimit> limits,
        @Group StepUp stepUp) {
    static final RouteCallers PLAIN = new RouteCallers(false, List.of(), StepUp.NONE);

    /** A route that is a rule alone has no section. */
    static RouteCallers read(Optional<Section> section, Optional<Rule> rule) {
        return section.map(found -> new RouteCallers(
                        found.choice("optional").equals("on"),
                        found.optional("limit", RateLimit::parse).orElse(List.of()),
                        StepUp.read(section, rule)))
                .orElse(PLAIN);
    }
}
