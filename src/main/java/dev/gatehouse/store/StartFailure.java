package dev.gatehouse.store;

/** Why the house cannot open, in words for the person at the terminal: what is wrong, and what to do about it. Has no stack trace. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String description;
    private final String action;

    public StartFailure(String description, String action) {
        super(description + " " + action, null, false, false);
        this.description = description;
        this.action = action;
    }

    /** One or two sentences: what is wrong. */
    public String description() {
        return description;
    }

    /** One sentence: the way out. */
    public String action() {
        return action;
    }
}
