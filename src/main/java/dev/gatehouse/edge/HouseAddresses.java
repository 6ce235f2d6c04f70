package dev.gatehouse.edge;

import dev.gatehouse.config.ReservedPaths;

/** Addresses that belong to the house, each with everything below it; and {@code /}, alone. No route can have them. */
public final class HouseAddresses {
    /** Asked for every request, so most are told by one letter. */
    private static final boolean[] FIRST_LETTERS = firstLetters();

    private HouseAddresses() {}

    public static boolean has(String path) {
        if (path.length() < 2) return path.equals("/");
        char first = path.charAt(1);
        if (first >= FIRST_LETTERS.length || !FIRST_LETTERS[first]) return false;
        for (String own : ReservedPaths.ALL)
            if (path.startsWith(own) && (path.length() == own.length() || path.charAt(own.length()) == '/'))
                return true;
        return false;
    }

    private static boolean[] firstLetters() {
        var letters = new boolean[0x80];
        for (String own : ReservedPaths.ALL) letters[own.charAt(1)] = true;
        return letters;
    }
}
