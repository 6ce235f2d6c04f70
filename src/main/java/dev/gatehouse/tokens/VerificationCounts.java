package dev.gatehouse.tokens;

import java.util.concurrent.atomic.LongAdder;

/** How often tokens were looked at, and how it ended, on all threads. */
public final class VerificationCounts {
    private final LongAdder warm = new LongAdder();
    private final LongAdder cold = new LongAdder();
    private final LongAdder refused = new LongAdder();

    void warm() {
        warm.increment();
    }

    void examined(Verdict verdict) {
        (verdict instanceof Verdict.Accepted ? cold : refused).increment();
    }

    /** Known before, and still good. */
    public long known() {
        return warm.sum();
    }

    /** Good, and not known to any thread. */
    public long verified() {
        return cold.sum();
    }

    public long refused() {
        return refused.sum();
    }
}
