package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH150;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How often: {@code 120/min per user burst 30} lets each person come 120 times a minute, spread evenly, and at most 30 times at once. Without {@code burst} all of
 * the window's may come at once; a quota is a limit with a large window.
 */
public record RateLimit(int count, Duration window, Per per, int burst) {
    /** Whose requests are counted together. */
    public enum Per {
        IP,
        USER,
        CLIENT,
        ROUTE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** More of them in one place than this are a mistake. */
    static final int MOST_TOGETHER = 4;

    static final int MOST = 1_000_000;

    /** A bucket that takes longer to fill has never been full since the start. */
    static final Duration LONGEST_FILL = Duration.ofDays(366);

    private static final Pattern WORDS =
            Pattern.compile("([0-9]{1,9})/([0-9]{0,3})([a-z]+)(?: per ([a-z]+))?(?: burst ([0-9]{1,9}))?");

    private static final List<String> KEYS =
            Stream.of(Per.values()).map(Per::word).toList();

    /** {@code off}, or several that are separated by commas. */
    static List<RateLimit> parse(String text) {
        if (text.equals("off")) return List.of();
        String[] parts = text.split(" *, *", -1);
        if (parts.length > MOST_TOGETHER)
            throw new Misfit(GH150, "`" + text + "` are more than " + MOST_TOGETHER + " limits", null);
        var all = new ArrayList<RateLimit>();
        for (String part : parts) all.add(one(part));
        return List.copyOf(all);
    }

    private static RateLimit one(String text) {
        Matcher words = WORDS.matcher(text);
        if (!words.matches())
            throw new Misfit(
                    GH150, "`" + text + "` is not a limit", "write `120/min per user` or `120/min per user burst 30`");
        int count = bounded(words.group(1), text);
        Duration window = window(words.group(2), words.group(3));
        Per per = words.group(4) == null ? Per.USER : per(words.group(4));
        int burst = words.group(5) == null ? count : bounded(words.group(5), text);
        if (window.dividedBy(count).multipliedBy(burst).compareTo(LONGEST_FILL) > 0)
            throw new Misfit(
                    GH150,
                    "`" + text + "` takes more than " + LONGEST_FILL.toDays() + " days until all of it is back",
                    null);
        return new RateLimit(count, window, per, burst);
    }

    private static int bounded(String digits, String text) {
        int number = Integer.parseInt(digits);
        if (number >= 1 && number <= MOST) return number;
        throw new Misfit(
                GH150, "`" + digits + "` in `" + text + "` is outside the bounds of a limit", "it takes 1 to " + MOST);
    }

    private static Duration window(String times, String unit) {
        int many = times.isEmpty() ? 1 : Integer.parseInt(times);
        if (many == 0) throw new Misfit(GH150, "`0" + unit + "` is no time", null);
        return switch (unit) {
            case "s" -> Duration.ofSeconds(many);
            case "min" -> Duration.ofMinutes(many);
            case "h" -> Duration.ofHours(many);
            case "day" -> Duration.ofDays(many);
            default ->
                throw new Misfit(
                        GH150, "`" + unit + "` is no unit of a limit", "the units are `s`, `min`, `h` and `day`");
        };
    }

    private static Per per(String word) {
        if (KEYS.contains(word)) return Per.valueOf(word.toUpperCase(Locale.ROOT));
        throw new Misfit(
                GH150,
                "`per " + word + "` cannot be counted",
                DidYouMean.question(word, KEYS).orElseGet(() -> "it takes " + Written.oneOf(KEYS)));
    }

    /** As it would be written. */
    public String text() {
        String unit = window.toDays() > 0 && window.toHours() % 24 == 0
                ? amount(window.toDays(), "day")
                : window.toHours() > 0 && window.toMinutes() % 60 == 0
                        ? amount(window.toHours(), "h")
                        : window.toMinutes() > 0 && window.toSeconds() % 60 == 0
                                ? amount(window.toMinutes(), "min")
                                : amount(window.toSeconds(), "s");
        return count + "/" + unit + " per " + per.word() + (burst == count ? "" : " burst " + burst);
    }

    private static String amount(long many, String unit) {
        return (many == 1 ? "" : many) + unit;
    }
}
