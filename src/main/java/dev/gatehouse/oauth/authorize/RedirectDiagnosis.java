package dev.gatehouse.oauth.authorize;

import dev.gatehouse.vocabulary.Excerpt;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * In what a redirect URI differs from the nearest one that is registered; for whoever tries things out on their own machine, not for strangers. {@code where} is the
 * place in the file to repair it at.
 */
record RedirectDiagnosis(String sent, Optional<String> nearest, Optional<String> where) {
    static RedirectDiagnosis of(String sent, List<String> registered, Optional<String> where) {
        return new RedirectDiagnosis(
                sent,
                registered.stream().max(Comparator.comparingInt(known -> alike(sent, known) + alikeAtEnd(sent, known))),
                where);
    }

    Refusal refusal() {
        return Reason.RETURN_ADDRESS_UNKNOWN.because(sentence()).showing(excerpts());
    }

    String sentence() {
        String fix = where.map(place -> " · fix: " + place).orElse("");
        if (nearest.isEmpty()) return "redirect_uri sent: " + sent + " · registered: none" + fix;
        return "redirect_uri sent: " + sent + " · registered: " + nearest.get() + " · differs: "
                + difference(nearest.get()) + fix;
    }

    /** Both, with the parts marked that are not alike; without a registered one there is nothing to compare. */
    List<Excerpt> excerpts() {
        var both = new ArrayList<Excerpt>();
        nearest.ifPresent(known -> {
            both.add(excerpt("redirect_uri sent", sent, known));
            both.add(excerpt("redirect_uri registered", known, sent));
        });
        return both;
    }

    private String difference(String known) {
        String ours = excerpt("", known, sent).marked();
        String theirs = excerpt("", sent, known).marked();
        if (ours.isEmpty()) return "“" + theirs + "” is too much";
        if (theirs.isEmpty()) return "“" + ours + "” is missing";
        return "“" + theirs + "” instead of “" + ours + "”";
    }

    private static Excerpt excerpt(String name, String text, String other) {
        int start = alike(text, other);
        int end = text.length() - Math.min(alikeAtEnd(text, other), Math.min(text.length(), other.length()) - start);
        return new Excerpt(name, text.substring(0, start), text.substring(start, end), text.substring(end));
    }

    /** No character is cut in two. */
    private static int alike(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(same) == other.charAt(same)) same++;
        return same > 0 && Character.isHighSurrogate(one.charAt(same - 1)) ? same - 1 : same;
    }

    private static int alikeAtEnd(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(one.length() - 1 - same) == other.charAt(other.length() - 1 - same)) same++;
        return same > 0 && Character.isLowSurrogate(one.charAt(one.length() - same)) ? same - 1 : same;
    }
}
