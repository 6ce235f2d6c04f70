package dev.gatehouse.outbound;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** For how long an answer is taken to hold: as it says itself (RFC 9111 §5.2.2.1), but neither asked for at every request nor believed for a year. */
public final class Freshness {
    public static final Duration AT_LEAST = Duration.ofMinutes(5);
    public static final Duration AT_MOST = Duration.ofHours(24);
    public static final Duration USUALLY = Duration.ofHours(1);

    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[ ,])max-age *= *\"?([0-9]{1,9})\"?(?:$|[ ,])");
    private static final Pattern NEVER = Pattern.compile("(?:^|[ ,])(no-store|no-cache)(?:$|[ ,=])");

    private Freshness() {}

    public static Duration of(Map<String, String> headers) {
        String control = headers.getOrDefault("cache-control", "").toLowerCase(Locale.ROOT);
        if (NEVER.matcher(control).find()) return AT_LEAST;
        var found = MAX_AGE.matcher(control);
        if (!found.find()) return USUALLY;
        Duration said = Duration.ofSeconds(Long.parseLong(found.group(1)));
        if (said.compareTo(AT_LEAST) < 0) return AT_LEAST;
        return said.compareTo(AT_MOST) > 0 ? AT_MOST : said;
    }
}
