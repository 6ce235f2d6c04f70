package dev.gatehouse.config;

import dev.gatehouse.vocabulary.Nearest;
import java.util.Collection;
import java.util.Optional;

/** The nearest known word, asked only of words short enough to have been typed. */
final class DidYouMean {
    private static final int LONGEST = 64;
    private static final int MOST = 1000;

    private DidYouMean() {}

    static Optional<String> word(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > LONGEST) return Optional.empty();
        var likely = known.stream()
                .filter(each -> each.length() <= LONGEST)
                .limit(MOST)
                .toList();
        return Nearest.to(word, likely);
    }

    /** {@code did you mean `x`?}, or nothing to say. */
    static Optional<String> question(String word, Collection<String> known) {
        return word(word, known).map(near -> "did you mean `" + near + "`?");
    }
}
