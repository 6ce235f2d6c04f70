package dev.gatehouse.tokens;

import java.util.Locale;
import java.util.Optional;

/** What an issuer's access tokens say in {@code typ}, so that none of its other tokens passes for one (RFC 8725 §3.11, RFC 9068 §4). */
public enum TokenType {
    /** {@code at+jwt}, with every claim of RFC 9068 §2.2. */
    ACCESS_TOKEN,
    /** Also {@code JWT}, or nothing: several providers say no more. */
    ANY_JWT;

    /** By the word in the configuration: {@code at+jwt} or {@code jwt}. */
    public static TokenType named(String word) {
        return word.toLowerCase(Locale.ROOT).equals("jwt") ? ANY_JWT : ACCESS_TOKEN;
    }

    boolean admits(Optional<String> typ) {
        if (typ.isEmpty()) return this == ANY_JWT;
        String said = mediaType(typ.get());
        return said.equals("at+jwt") || (this == ANY_JWT && said.equals("jwt"));
    }

    /** {@code application/} may be left out, and case does not count (RFC 7515 §4.1.9). */
    private static String mediaType(String typ) {
        String lower = typ.toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }
}
