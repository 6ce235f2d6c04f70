package dev.gatehouse.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody most likely meant: the closest word by insertions, deletions, replacements and swaps of neighbours. */
final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** The nearest of {@code words}, if it is near enough: a third of the letters may differ, at least one. */
    static Optional<String> to(String word, Collection<String> words) {
        return within(word, words, Math.max(1, word.length() / 3));
    }

    static Optional<String> within(String word, Collection<String> words, int most) {
        if (word.length() > LONGEST) return Optional.empty();
        return words.stream()
                .filter(candidate -> candidate.length() <= LONGEST)
                .filter(candidate -> distance(plain(word), plain(candidate)) <= most)
                .min(Comparator.comparingInt((String candidate) -> distance(plain(word), plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code did you mean `x`?}, or nothing to say. */
    static Optional<String> question(String word, Collection<String> words) {
        return to(word, words).map(near -> "did you mean `" + near + "`?");
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** Optimal string alignment distance. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) last[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
