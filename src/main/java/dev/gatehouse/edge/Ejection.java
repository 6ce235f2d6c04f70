package dev.gatehouse.edge;

/**
 * What the latest calls say about a target. Failures in a row take it out for a time that grows with each time it happens again; when the time is over a single
 * call tries it. Immutable, and in good times always the same object, so that a good call costs no write. Moments are of {@link System#nanoTime}.
 *
 * @param times how often it was taken out lately
 * @param moment in: when it came back; out: when it may be tried; on trial: when the trying call is taken for lost
 */
record Ejection(Standing standing, int failures, int times, long moment) {
    enum Standing {
        IN,
        OUT,
        ON_TRIAL
    }

    static final int ENOUGH = 3;
    static final long SHORTEST = 1_000_000_000L;
    static final long LONGEST = 60 * SHORTEST;
    static final long TRIAL = 10 * SHORTEST;
    /** After so long without a relapse the past is forgotten. */
    static final long FORGOTTEN = 60 * SHORTEST;

    private static final int MOST_TIMES = 16;

    static final Ejection FINE = new Ejection(Standing.IN, 0, 0, 0);

    boolean isIn() {
        return standing == Standing.IN;
    }

    /** Nothing is to be sent. */
    boolean isOut(long now) {
        return standing != Standing.IN && now - moment < 0;
    }

    /** One call goes to try; until it is back, or is taken for lost, nobody else does. */
    Ejection tried(long now) {
        return new Ejection(Standing.ON_TRIAL, failures, times, now + TRIAL);
    }

    Ejection answered(long now) {
        if (standing != Standing.IN) return new Ejection(Standing.IN, 0, times, now);
        if (failures > 0) return times == 0 ? FINE : new Ejection(Standing.IN, 0, times, moment);
        return times > 0 && now - moment > FORGOTTEN ? FINE : this;
    }

    /** {@code dispensable}: enough others are left for this one to be taken out. */
    Ejection failed(long now, boolean dispensable) {
        return switch (standing) {
            case IN -> failures + 1 < ENOUGH || !dispensable ? failing() : outFrom(now);
            case ON_TRIAL -> outFrom(now);
            // A call that was under way when the target went out tells nothing new.
            case OUT -> this;
        };
    }

    private Ejection failing() {
        return new Ejection(Standing.IN, Math.min(failures + 1, ENOUGH), times, moment);
    }

    private Ejection outFrom(long now) {
        long howLong = Math.min(LONGEST, SHORTEST << times);
        return new Ejection(Standing.OUT, ENOUGH, Math.min(times + 1, MOST_TIMES), now + howLong);
    }
}
