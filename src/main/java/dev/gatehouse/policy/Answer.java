package dev.gatehouse.policy;

/** What a clause says of the facts, in three-valued logic (Kleene): not knowing is never as good as a yes. */
public enum Answer {
    NO,
    UNKNOWN,
    YES;

    static Answer of(boolean yes) {
        return yes ? YES : NO;
    }

    Answer not() {
        if (this == UNKNOWN) return UNKNOWN;
        return this == YES ? NO : YES;
    }
}
