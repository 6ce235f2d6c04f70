package dev.gatehouse.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** What somebody probably meant: the known words fewest keystrokes away, if that is few. */
final class Nearest {
    private Nearest() {}

    static List<String> to(String word, Collection<String> known) {
        int bound = Math.max(1, word.length() / 3);
        int best = known.stream().mapToInt(other -> distance(word, other)).min().orElse(Integer.MAX_VALUE);
        if (best > bound) return List.of();
        return known.stream()
                .filter(other -> distance(word, other) == best)
                .sorted()
                .toList();
    }

    /** Optimal string alignment: an insertion, a deletion, a substitution or a swap of neighbours costs one. */
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        Arrays.setAll(last, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (swapped(a, i, b, j)) row[j] = Math.min(row[j], before[j - 2] + 1);
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }

    private static boolean swapped(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
