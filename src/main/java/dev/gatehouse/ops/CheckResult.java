package dev.gatehouse.ops;

/** What one health check says; {@code detail} is a sentence for the person on call and holds no secret. */
public record CheckResult(boolean isUp, String detail) {
    private static final CheckResult UP = new CheckResult(true, "");

    public static CheckResult up() {
        return UP;
    }

    public static CheckResult up(String detail) {
        return new CheckResult(true, detail);
    }

    public static CheckResult down(String detail) {
        return new CheckResult(false, detail);
    }
}
