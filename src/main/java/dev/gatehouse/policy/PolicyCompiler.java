package dev.gatehouse.policy;

import dev.gatehouse.vocabulary.Rule;
import java.util.Map;

/** Turns rules into questions. */
public final class PolicyCompiler {
    private PolicyCompiler() {}

    public static CompiledPolicy compile(Rule rule, Map<String, Rule> policies) {
        throw new UnsupportedOperationException(rule + " " + policies);
    }
}
