package dev.gatehouse.config;

import java.util.Locale;

/** Which of several targets a request goes to. */
public sealed interface Balance {
    /** One after the other. */
    record RoundRobin() implements Balance {}

    /** The one with the fewest requests under way. */
    record LeastRequests() implements Balance {}

    /** The same caller, the same target, for as long as it is there. */
    record OfUser() implements Balance {}

    record OfIp() implements Balance {}

    record OfHeader(String name) implements Balance {}

    static Balance of(String text) {
        String prefix = "hash of header ";
        if (text.startsWith(prefix) && text.substring(prefix.length()).matches("[A-Za-z0-9-]{1,64}"))
            return new OfHeader(text.substring(prefix.length()));
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "round robin" -> new RoundRobin();
            case "least requests" -> new LeastRequests();
            case "hash of user" -> new OfUser();
            case "hash of ip" -> new OfIp();
            default ->
                throw new Misfit(
                        FaultCode.GH138,
                        "`" + text + "` is no way to choose a target",
                        "write `round robin`, `least requests`, `hash of user`, `hash of ip` or `hash of header NAME`");
        };
    }
}
