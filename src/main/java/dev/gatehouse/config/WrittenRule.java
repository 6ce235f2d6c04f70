package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Rule;
import dev.gatehouse.vocabulary.RuleFault;
import dev.gatehouse.vocabulary.RuleParser;
import dev.gatehouse.vocabulary.RuleReferences.Reference;
import java.util.function.Supplier;

/** A rule and the text it was read from, so that later checks can point into it. */
record WrittenRule(Rule rule, Text text) {
    static Rule parse(String text) {
        return fitting(FaultCode.GH131, 0, () -> RuleParser.parse(text));
    }

    /** Turns a fault of the grammar, found {@code shift} characters into the text, into one of ours. */
    static <T> T fitting(FaultCode code, int shift, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (RuleFault fault) {
            throw new Misfit(code, fault.message(), fault.help().orElse(null), fault.offset() + shift, fault.length());
        }
    }

    Place place(Reference reference) {
        return text.place(reference.offset(), reference.length());
    }
}
