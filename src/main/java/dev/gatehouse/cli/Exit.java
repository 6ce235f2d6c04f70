package dev.gatehouse.cli;

/** What a command leaves behind for scripts. */
public final class Exit {
    /** Done, perhaps with warnings. */
    public static final int OK = 0;
    /** Understood, and the answer is no. */
    public static final int REFUSED = 1;
    /** Not a command, or not one of its options. */
    public static final int USAGE = 2;
    /** The configuration has faults. */
    public static final int FAULTS = 3;
    /** The database or the gate cannot be reached. */
    public static final int UNREACHABLE = 4;

    private Exit() {}
}
