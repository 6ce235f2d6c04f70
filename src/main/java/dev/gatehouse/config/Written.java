package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH110;
import static dev.gatehouse.config.FaultCode.GH111;
import static dev.gatehouse.config.FaultCode.GH112;
import static dev.gatehouse.config.FaultCode.GH113;
import static dev.gatehouse.config.FaultCode.GH115;
import static dev.gatehouse.config.FaultCode.GH116;
import static dev.gatehouse.config.FaultCode.GH118;
import static dev.gatehouse.config.FaultCode.GH119;

import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.DurationText;
import dev.gatehouse.vocabulary.RoutePattern;
import dev.gatehouse.vocabulary.RoutePattern.Segment;
import dev.gatehouse.vocabulary.RoutePatternParser;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How plain values are written: from text to value, or a {@link Misfit} that says how it should have been. */
final class Written {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z]+)");
    private static final Pattern LISTEN = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]*):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

    private Written() {}

    static Duration duration(String text, String key) {
        if (text.matches("[0-9]{1,12}")) {
            String help = "add a unit, for example `%ss` or `%sm`".formatted(text, text);
            throw new Misfit(GH110, notA(text, "duration", key), help);
        }
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            String help = "write a number and `ms`, `s`, `m`, `h` or `d`, for example `10m`";
            throw new Misfit(GH110, wrong.getMessage() + " for `" + key + "`", help);
        }
    }

    static long size(String text, String key) {
        Matcher amount = AMOUNT.matcher(text);
        if (text.matches("[0-9]{1,12}")) {
            throw new Misfit(GH111, notA(text, "size", key), "add a unit, for example `%sKiB`".formatted(text));
        }
        if (!amount.matches()) {
            throw new Misfit(GH111, notA(text, "size", key), "write a number and a unit, for example `32KiB`");
        }
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "B" -> number;
            case "KiB" -> number << 10;
            case "MiB" -> number << 20;
            case "GiB" -> number << 30;
            default -> throw new Misfit(GH111, notA(text, "size", key), "the units are `B`, `KiB`, `MiB` and `GiB`");
        };
    }

    static long count(String text, String key) {
        if (!text.matches("[0-9]{1,9}")) throw new Misfit(GH112, notA(text, "whole number", key), "write it in digits");
        return Long.parseLong(text);
    }

    /** {@code on} and {@code off} are our words; booleans are taken because editors write them. */
    static Optional<Boolean> onOff(String text) {
        return switch (text) {
            case "on", "true" -> Optional.of(true);
            case "off", "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static String choice(String text, List<String> choices, String key) {
        if (choices.contains(text)) return text;
        String said = onOff(text).map(on -> on ? "on" : "off").orElse(text);
        if (choices.contains(said)) return said;
        throw new Misfit(
                GH113,
                "`" + text + "` cannot stand at `" + key + "`",
                DidYouMean.question(text, choices).orElseGet(() -> "it takes " + oneOf(choices)));
    }

    /** {@code `a`, `b` or `c`}. */
    static String oneOf(List<String> words) {
        if (words.size() < 2) return listed(words);
        return listed(words.subList(0, words.size() - 1)) + " or `" + words.get(words.size() - 1) + "`";
    }

    /** {@code `a`, `b`, `c`}. */
    static String listed(Collection<String> words) {
        return words.stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
    }

    static Listen listen(String text, String key) {
        Matcher parts = LISTEN.matcher(text);
        if (!parts.matches()) {
            String help = text.matches("[0-9]{1,5}")
                    ? "write `\":" + text + "\"`"
                    : "write `:8080`, `127.0.0.1:8080` or `[::1]:8080`";
            throw new Misfit(GH115, notA(text, "address to listen on", key), help);
        }
        int port = Integer.parseInt(parts.group(2));
        if (port > 65535) throw new Misfit(GH115, "`" + port + "` is not a port", "ports go up to 65535");
        String host = parts.group(1).replaceAll("[\\[\\]]", "");
        return new Listen(host.isEmpty() ? Optional.empty() : Optional.of(host), port);
    }

    static Cidr network(String text) {
        try {
            return Cidr.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new Misfit(
                    GH116,
                    "`" + text + "` is not a network: " + wrong.getMessage(),
                    "write `10.0.0.0/8` or `fd00::/8`");
        }
    }

    /** Names of APIs, issuers, policies, clients and roles. */
    static String name(String text, String what) {
        if (NAME.matcher(text).matches()) return text;
        throw new Misfit(
                GH118,
                "`" + text + "` is not a name for " + what,
                "use letters, digits, `.`, `_` and `-`, at most 64, beginning and ending with a letter or digit");
    }

    static String scope(String text) {
        if (Scopes.isScopeToken(text) && text.length() <= 128) return text;
        throw new Misfit(
                GH118,
                "`" + text + "` is not a name for a scope",
                "use printable ASCII without spaces, quotes and backslashes");
    }

    /** The path of an API in canonical spelling: {@code /} or plain segments. */
    static String apiPath(String text) {
        RoutePattern pattern = WrittenRule.fitting(GH119, 0, () -> RoutePatternParser.parse(text));
        boolean plain = pattern.segments().stream().allMatch(Segment.Literal.class::isInstance);
        if (plain) return pattern.shape();
        throw new Misfit(
                GH119,
                "`" + text + "` has variables, and an API stands at one place",
                "write them in the routes, as in `GET /{id}`");
    }

    private static String notA(String text, String what, String key) {
        String article = what.startsWith("a") ? "an" : "a";
        return "`%s` is not %s %s for `%s`".formatted(text, article, what, key);
    }
}
