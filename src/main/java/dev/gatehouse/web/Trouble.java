package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Refusal;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an error page shows: {@code code} finds the sentence and the next step among the words; {@code detail} is for whoever has to repair it, and so are
 * {@code facts}, which are shown to operators only.
 */
public record Trouble(int status, String code, String detail, Map<String, String> facts) {
    public Trouble {
        facts = new TreeMap<>(facts);
    }

    public static Trouble of(Refusal refusal) {
        Problem problem = refusal.problem();
        return new Trouble(problem.status(), problem.code(), refusal.detail(), Map.of());
    }

    /** The key of the words for people. */
    public String key(Page page) {
        String own = "error." + code;
        if (page.knows(own + ".title")) return own;
        return status >= 500 ? "error.ours" : "error.yours";
    }
}
