package dev.gatehouse.web;

import dev.gatehouse.vocabulary.Excerpt;
import dev.gatehouse.vocabulary.Problem;
import dev.gatehouse.vocabulary.Refusal;
import java.util.List;

/**
 * What an error page shows: {@code code} finds the sentence and the next step among the words; {@code detail} is for whoever has to repair it, and so are
 * {@code shown}, of which a page marks the parts that matter.
 */
public record Trouble(int status, String code, String detail, List<Excerpt> shown) {
    public Trouble {
        shown = List.copyOf(shown);
    }

    public static Trouble of(Refusal refusal) {
        Problem problem = refusal.problem();
        return new Trouble(problem.status(), problem.code(), refusal.detail(), refusal.shown());
    }

    /** The key of the words for people. */
    public String key(Page page) {
        String own = "error." + code;
        if (page.knows(own + ".title")) return own;
        return status >= 500 ? "error.ours" : "error.yours";
    }
}
