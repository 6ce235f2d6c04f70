package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH137;

import java.util.List;

/** The signature algorithms that the gate makes and takes (RFC 7518 §3.1, RFC 8725 §3.1). */
final class Algorithms {
    private static final List<String> KNOWN = List.of("ES256", "RS256", "EdDSA", "PS256");

    private Algorithms() {}

    static String check(String text) {
        if (KNOWN.contains(text)) return text;
        if (text.equalsIgnoreCase("none"))
            throw new Misfit(GH137, "`none` would let anybody make tokens", "write `ES256` or `RS256`");
        if (text.matches("HS[0-9]{3}")) {
            throw new Misfit(
                    GH137,
                    "`" + text + "` needs a shared secret, with which everybody who checks could sign",
                    "write `ES256` or `RS256`");
        }
        throw new Misfit(
                GH137,
                "`" + text + "` is not an algorithm that is used here",
                DidYouMean.question(text, KNOWN).orElseGet(() -> "it takes " + Written.oneOf(KNOWN)));
    }
}
