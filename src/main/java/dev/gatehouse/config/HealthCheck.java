package dev.gatehouse.config;

import dev.gatehouse.vocabulary.DurationText;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What every target is asked, and how often; 2xx means well. */
public record HealthCheck(String method, String path, Duration every) {
    private static final Pattern WORDS = Pattern.compile("(GET|HEAD) (/[!-~&&[^#]]{0,255}) every ([0-9]+[a-z]+)");
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    static HealthCheck of(String text) {
        Matcher words = WORDS.matcher(text);
        if (!words.matches()) throw new Misfit(FaultCode.GH138, "`" + text + "` is not a health check", help());
        Duration every = every(words.group(3), text);
        return new HealthCheck(words.group(1), words.group(2), every);
    }

    private static Duration every(String text, String whole) {
        try {
            Duration every = DurationText.parse(text);
            if (every.compareTo(SHORTEST) >= 0 && every.compareTo(LONGEST) <= 0) return every;
        } catch (IllegalArgumentException wrong) {
            throw new Misfit(FaultCode.GH138, "`" + whole + "` is not a health check", help());
        }
        throw new Misfit(
                FaultCode.GH114, "`" + text + "` is outside the bounds of a health check", "it takes 100ms to 1h");
    }

    private static String help() {
        return "write `GET /healthz every 5s`";
    }
}
