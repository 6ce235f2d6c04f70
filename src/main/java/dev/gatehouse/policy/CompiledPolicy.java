package dev.gatehouse.policy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A rule, ready to be asked by any thread. Deciding and explaining are one evaluation; explaining only does not stop early. */
public final class CompiledPolicy {
    private static final Decision ALLOWED = new Decision.Allowed(Optional.empty());

    private final Part root;

    CompiledPolicy(Part root) {
        this.root = root;
    }

    Part root() {
        return root;
    }

    /** The whole rule is {@code public}: tokens are not looked at. */
    public boolean isPublic() {
        return root.isPublic();
    }

    /** The answer may depend on from where the caller comes. */
    public boolean asksAddress() {
        return root.asksAddress();
    }

    /** Stops at the first clause that settles it; a yes allocates nothing. */
    public Decision decide(Facts facts) {
        return root.answer(facts, Answer.NO, null) == Answer.YES ? ALLOWED : refused(facts, null);
    }

    /** The same decision, with every clause answered. */
    public Decision explain(Facts facts) {
        List<Trace> traces = new ArrayList<>(1);
        Answer answer = root.answer(facts, Answer.NO, traces);
        Trace trace = traces.get(0);
        return answer == Answer.YES ? new Decision.Allowed(Optional.of(trace)) : refused(facts, trace);
    }

    private Decision refused(Facts facts, @Nullable Trace trace) {
        Optional<Trace> told = Optional.ofNullable(trace);
        if (facts.claims() != null)
            return root.missing(facts, Answer.NO, Answer.YES).refused(told);
        if (root.lacks(facts, Answer.UNKNOWN, Answer.YES))
            return root.missing(facts, Answer.UNKNOWN, Answer.YES).refused(told);
        return new Decision.Refused(
                Reason.LOGIN_REQUIRED,
                "This needs a token.",
                Scopes.NONE,
                Optional.empty(),
                List.of(),
                root.place(),
                told);
    }
}
