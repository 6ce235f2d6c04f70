package dev.gatehouse.edge;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The header fields of one request as routes ask for them, and a note of which were asked for: the answer depends on these, for caches too. A field that is there twice
 * has no value that everybody would agree on (CVE-2026-26308).
 */
public final class AskedFields {
    private static final int LONGEST_LIST = 2048;

    private final MultiMap fields;
    private List<String> asked = List.of();
    private boolean undecided;

    public AskedFields(MultiMap fields) {
        this.fields = fields;
    }

    /** Exactly once, with exactly this value. */
    boolean say(String name, String value) {
        note(name);
        List<String> values = fields.getAll(name);
        undecided |= values.size() > 1
                || (values.size() == 1 && FieldNames.namedByConnection(fields).contains(name));
        return values.size() == 1 && values.get(0).equals(value);
    }

    private void note(String name) {
        if (asked.contains(name)) return;
        if (asked.isEmpty()) asked = new ArrayList<>(2);
        asked.add(name);
    }

    /** One of those that were asked for stands there more than once, or would not reach the API because {@code Connection} names it. */
    boolean undecided() {
        return undecided;
    }

    /** The names of those that were asked for. */
    List<String> asked() {
        return asked;
    }

    /** What a preflight says the request will have, in lower case (Fetch standard §3.2.2). */
    static Set<String> announced(MultiMap preflight) {
        String list = String.join(",", preflight.getAll("Access-Control-Request-Headers"));
        if (list.length() > LONGEST_LIST) return Set.of();
        return List.of(list.split(",")).stream()
                .map(name -> name.trim().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
