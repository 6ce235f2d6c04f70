package dev.gatehouse.edge;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One turn of an event loop: everything that has come in while the last turn went on. A request that is looked at late in a turn has waited all that time already, and
 * so will those behind it: from then on they are turned away, so that the next turn is short again (decision 0263). Confined to its event loop.
 */
final class Turn {
    static final Duration LONGEST = Duration.ofMillis(250);
    /** Fewer than this are no crowd: the machine was asleep, and asking again would not help. */
    static final int CROWD = 64;

    private final Runnable over = this::over;
    private boolean going;
    private boolean late;
    private long began;
    private int looked;

    /** Counts a request that has just been read; whether it has waited too long. */
    boolean isLate(Executor loop, long now) {
        if (!going) {
            going = true;
            began = now;
            looked = 0;
            loop.execute(over);
        }
        looked++;
        late = looked > CROWD && now - began > LONGEST.toNanos();
        return late;
    }

    /** What was said of the last one. */
    boolean isLate() {
        return late;
    }

    private void over() {
        going = false;
        late = false;
    }
}
