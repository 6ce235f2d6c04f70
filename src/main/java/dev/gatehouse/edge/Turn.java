package dev.gatehouse.edge;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One turn of an event loop: everything that has come in while the last turn went on. A request that is looked at late in a turn has waited all that time already, and
 * so will those behind it: from then on they are turned away, so that the next turn is short again (decision 0263). A burst is borne for longer than a load that
 * stays. Confined to its event loop.
 */
final class Turn {
    /** What a burst may take: one turn longer than this, and the rest of it is turned away. All streams of one connection are no crowd yet. */
    static final Bound BURST = new Bound(GatewayVerticle.STREAMS + 28, Duration.ofMillis(250));
    /** What holds while more comes than can be done. */
    static final Bound OVERLOAD = new Bound(16, Duration.ofMillis(100));
    /** For so long one turn after the other has to go beyond {@link #OVERLOAD} until it holds; the first that does not ends it. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    /** No turn begins sooner after another: it costs something to know where one ends. */
    static final Duration SHORTEST = Duration.ofMillis(10);

    /** The first {@code crowd} requests of a turn may stay however long it takes: they are no crowd, the machine was asleep, and asking again would not help. */
    record Bound(int crowd, Duration longest) {
        boolean isPassed(int looked, long nanos) {
            return looked > crowd && nanos > longest.toNanos();
        }
    }

    private final Executor behind;
    private final Runnable over = this::over;
    private Bound bound = BURST;
    private boolean going;
    private boolean begun;
    private long began;
    private long lastLook;
    private int looked;
    private boolean late;
    /** This turn, and the one before, went beyond what holds under overload. */
    private boolean beyond;

    private boolean beyondBefore;
    private long beyondSince;

    /** {@code behind} runs what it is given behind all that has come in by then: {@link Rounds}. */
    Turn(Executor behind) {
        this.behind = behind;
    }

    /** Counts a request that has just been read; whether it has waited too long. */
    boolean isLate(long now) {
        if (!going) begin(now);
        lastLook = now;
        if (!going) return false;
        looked++;
        beyond |= OVERLOAD.isPassed(looked, now - began);
        late = bound.isPassed(looked, now - began);
        return late;
    }

    /** What was said of the last one. */
    boolean isLate() {
        return late;
    }

    private void begin(long now) {
        if (begun && now - began < SHORTEST.toNanos()) return;
        boolean paused = now - lastLook > PATIENCE.toNanos();
        if (!beyond || paused) bound = BURST;
        else if (!beyondBefore) beyondSince = began;
        else if (now - beyondSince > PATIENCE.toNanos()) bound = OVERLOAD;
        beyondBefore = beyond && !paused;
        beyond = false;
        going = true;
        begun = true;
        began = now;
        looked = 0;
        behind.execute(over);
    }

    private void over() {
        going = false;
        late = false;
    }
}
