package dev.gatehouse.oauth.authorize;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** In what a redirect URI differs from the nearest one that is registered; for whoever tries things out on their own machine, not for strangers. */
final class RedirectDiagnosis {
    private RedirectDiagnosis() {}

    /** {@code where} is the place in the file to repair it at. */
    static String of(String sent, List<String> registered, Optional<String> where) {
        String fix = where.map(place -> " · fix: " + place).orElse("");
        Optional<String> nearest =
                registered.stream().max(Comparator.comparingInt(known -> alike(sent, known) + alikeAtEnd(sent, known)));
        if (nearest.isEmpty()) return "redirect_uri sent: " + sent + " · registered: none" + fix;
        return "redirect_uri sent: " + sent + " · registered: " + nearest.get() + " · differs: "
                + difference(sent, nearest.get()) + fix;
    }

    private static String difference(String sent, String known) {
        int start = alike(sent, known);
        int end = Math.min(alikeAtEnd(sent, known), Math.min(sent.length(), known.length()) - start);
        String ours = known.substring(start, known.length() - end);
        String theirs = sent.substring(start, sent.length() - end);
        if (ours.isEmpty()) return "“" + theirs + "” is too much";
        if (theirs.isEmpty()) return "“" + ours + "” is missing";
        return "“" + theirs + "” instead of “" + ours + "”";
    }

    private static int alike(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(same) == other.charAt(same)) same++;
        return same;
    }

    private static int alikeAtEnd(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) same++;
        return same;
    }
}
