package dev.gatehouse.ops;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person reads when the gate is up: where it is, who may come in, and lines to paste. Plain text, a value of what is known. {@code setup} is a link to the first
 * administrator's account where there is none.
 */
public record Banner(
        String version,
        Duration startedIn,
        String database,
        boolean loopbackOnly,
        URI url,
        String adminUrl,
        List<String> apis,
        Optional<String> setup,
        Optional<Demo> demo) {

    private static final String BEARER = "-H \"Authorization: Bearer $TOKEN\" ";

    /** The demo's people; {@code firstPasswords} are there at the very first start only. */
    public record Demo(List<String> people, List<FirstPassword> firstPasswords) {}

    /** Shown once, kept nowhere. */
    public record FirstPassword(String username, String password) {
        @Override
        public String toString() {
            return username + " […]";
        }
    }

    /** The text, each line ended by a newline. */
    public String text() {
        var text = new StringBuilder("\n");
        line(text, "  Gatehouse %s is up in %.1f s   (%s)", version, startedIn.toMillis() / 1000.0, circumstances());
        line(text, "    Gate     %s   %s", url, fronting());
        line(text, "    Health   %s/health/ready", adminUrl);
        setup.ifPresent(link -> line(text, "    Admin    nobody yet: open this within 30 minutes, it works once"));
        setup.ifPresent(link -> line(text, "               %s", link));
        demo.ifPresent(house -> people(text, house));
        demo.ifPresent(house -> tryIt(text, house));
        return text.append('\n').toString();
    }

    /** The same for a log that takes one line at a time; names no password. */
    public String inOneLine() {
        return String.format(
                Locale.ROOT,
                "Gatehouse %s is up in %.1f s at %s (%s), %s, health at %s/health/ready",
                version,
                startedIn.toMillis() / 1000.0,
                url,
                circumstances(),
                fronting(),
                adminUrl);
    }

    private String circumstances() {
        var parts = List.of(
                database, demo.isPresent() ? "demo house" : "", loopbackOnly ? "only this machine can reach it" : "");
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }

    private String fronting() {
        if (apis.isEmpty()) return "fronting no API yet: add one under `apis:`";
        return "fronting " + apis.size() + (apis.size() == 1 ? " API: " : " APIs: ") + String.join(", ", apis);
    }

    private static void people(StringBuilder text, Demo house) {
        line(text, "    Users    %s   %s", String.join(" / ", house.people()), passwords(house));
        for (FirstPassword first : house.firstPasswords())
            line(text, "               %-8s %s", first.username(), first.password());
    }

    private static String passwords(Demo house) {
        return house.firstPasswords().isEmpty()
                ? "passwords were shown at the first start; a new one: gatehouse user passwd NAME"
                : "passwords, shown this once:";
    }

    private void tryIt(StringBuilder text, Demo house) {
        String password = house.firstPasswords().isEmpty()
                ? "…"
                : house.firstPasswords().get(0).password();
        line(text, "  Try it:");
        line(
                text,
                "    TOKEN=$(%s | %s)",
                login(house.people().get(0), password),
                "sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/'");
        example(text, "curl " + url + "/protected", "401, nobody signed in");
        example(text, "curl " + BEARER + url + "/protected", "200, greets you by name");
        example(text, "curl -X DELETE " + BEARER + url + "/api/orders/1", "403, and it tells you why");
    }

    private String login(String name, String password) {
        return "curl -s " + url + "/login -H 'Content-Type: application/json' -d '{\"username\":\"" + name
                + "\",\"password\":\"" + password + "\"}'";
    }

    private static void example(StringBuilder text, String command, String outcome) {
        line(text, "    %-88s # %s", command, outcome);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
