package dev.gatehouse.identity;

/** Why what a passkey answered is not accepted: for the log, never for the caller. */
final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
