package dev.gatehouse.policy;

/** A rule, ready to be asked. */
public final class CompiledPolicy {
    /** The whole rule is {@code public}: tokens are not looked at. */
    public boolean isPublic() {
        throw new UnsupportedOperationException();
    }

    /** Stops at the first clause that settles it. */
    public Decision decide(Facts facts) {
        throw new UnsupportedOperationException();
    }

    /** The same decision, with every clause answered. */
    public Decision explain(Facts facts) {
        throw new UnsupportedOperationException();
    }
}
