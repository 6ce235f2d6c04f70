package dev.gatehouse.edge;

/** What the health checks of a target say. Until the first of them has been answered a target counts as well; then that one counts at once, and later ones when they agree. Immutable. */
record Health(boolean well, boolean known, int against) {
    static final int BAD_ONES = 3;
    static final int GOOD_ONES = 2;

    static final Health UNKNOWN = new Health(true, false, 0);
    private static final Health WELL = new Health(true, true, 0);
    private static final Health ILL = new Health(false, true, 0);

    Health passed() {
        if (!known || well) return WELL;
        return against + 1 < GOOD_ONES ? new Health(false, true, against + 1) : WELL;
    }

    Health failed() {
        if (!known || !well) return ILL;
        return against + 1 < BAD_ONES ? new Health(true, true, against + 1) : ILL;
    }
}
