package dev.gatehouse.bus;

/** A message that is not a question that can be answered. The code follows HTTP. */
final class Misunderstood extends Exception {
    private static final long serialVersionUID = 1L;

    final int code;

    Misunderstood(int code, String why) {
        super(why, null, false, false);
        this.code = code;
    }
}
