package dev.gatehouse.edge;

import dev.gatehouse.config.Config;
import dev.gatehouse.config.StepUp;
import dev.gatehouse.policy.CompiledPolicy;
import dev.gatehouse.policy.PolicyCompiler;
import dev.gatehouse.vocabulary.Rule;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules of all routes, compiled. Routes that ask the same share one: of a hundred thousand routes most do, and what all requests look at stays near, where
 * what one route alone has comes from far away.
 */
final class SharedRules {
    private final Map<String, Rule> policies;
    private final Map<Asked, CompiledPolicy> compiled = new HashMap<>();

    private record Asked(Rule rule, StepUp stepUp) {}

    SharedRules(Map<String, Rule> policies) {
        this.policies = policies;
    }

    CompiledPolicy of(Config.Route route) {
        return compiled.computeIfAbsent(
                new Asked(route.allow(), route.callers().stepUp()),
                asked -> PolicyCompiler.compile(asked.rule(), policies, asked.stepUp()));
    }
}
