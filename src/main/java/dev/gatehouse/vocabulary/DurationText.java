package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long, as people write it: {@code 500ms}, {@code 30s}, {@code 15m}, {@code 12h}, {@code 7d}. Never zero, at most ten years. */
public final class DurationText {
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

    private DurationText() {}

    /** Fails with a sentence that names the text. */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) throw new IllegalArgumentException("`" + text + "` is not a duration");
        long amount = Long.parseLong(form.group(1));
        if (amount == 0) throw new IllegalArgumentException("`" + text + "` is no time at all");
        Duration unit = unit(form.group(2));
        if (amount > LONGEST.toMillis() / unit.toMillis())
            throw new IllegalArgumentException("`" + text + "` is longer than ten years");
        return unit.multipliedBy(amount);
    }

    /** In the largest unit that leaves nothing over. */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            long size = unit(unit).toMillis();
            if (millis % size == 0) return millis / size + unit;
        }
        return millis + "ms";
    }

    private static Duration unit(String word) {
        return switch (word) {
            case "d" -> Duration.ofDays(1);
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            case "s" -> Duration.ofSeconds(1);
            default -> Duration.ofMillis(1);
        };
    }
}
