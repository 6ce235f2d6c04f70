package dev.gatehouse.config;

import dev.gatehouse.vocabulary.DurationText;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When {@code percent} of at least {@code calls} within {@code window} failed, nothing is sent for {@code rest}. */
public record BreakerSettings(int percent, int calls, Duration window, Duration rest) {
    private static final Pattern WORDS =
            Pattern.compile("([0-9]{1,3})% of ([0-9]{1,6}) in ([0-9]+[a-z]+) for ([0-9]+[a-z]+)");
    private static final Duration LONGEST = Duration.ofHours(1);

    static BreakerSettings of(String text) {
        Matcher words = WORDS.matcher(text);
        if (!words.matches()) throw notThat(text);
        var settings = new BreakerSettings(
                Integer.parseInt(words.group(1)),
                Integer.parseInt(words.group(2)),
                duration(words.group(3), text),
                duration(words.group(4), text));
        if (settings.isSensible()) return settings;
        throw new Misfit(
                FaultCode.GH114,
                "`" + text + "` is outside the bounds of a breaker",
                "it takes 1% to 100% of 1 to 100000 calls, and durations of 100ms to 1h");
    }

    private boolean isSensible() {
        return percent >= 1
                && percent <= 100
                && calls >= 1
                && calls <= 100_000
                && isSensible(window)
                && isSensible(rest);
    }

    private static boolean isSensible(Duration some) {
        return some.toMillis() >= 100 && some.compareTo(LONGEST) <= 0;
    }

    private static Duration duration(String text, String whole) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw notThat(whole);
        }
    }

    private static Misfit notThat(String text) {
        return new Misfit(
                FaultCode.GH138, "`" + text + "` is not a breaker", "write `50% of 20 in 10s for 5s`, or `off`");
    }
}
