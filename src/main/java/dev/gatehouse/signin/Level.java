package dev.gatehouse.signin;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How much a sign-in amounts to: one factor, or two. Each has a name on the wire ({@code acr}, OpenID Connect Core §2); two is as good as one where one is asked for. */
public enum Level {
    ONE("urn:gatehouse:acr:1"),
    TWO("urn:gatehouse:acr:2");

    private final String acr;

    Level(String acr) {
        this.acr = acr;
    }

    public String acr() {
        return acr;
    }

    /** Empty for a name that is not ours. */
    public static Optional<Level> of(String acr) {
        return Arrays.stream(values()).filter(level -> level.acr.equals(acr)).findFirst();
    }

    /** Their names, the lower first. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Level::acr).toList();
    }

    public boolean isAtLeast(Level other) {
        return compareTo(other) >= 0;
    }
}
