package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer, not a bug: thrown or failed with where a request cannot go on. Has no stack trace; its detail may be shown to the caller. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient @Nullable Duration retryAfter;
    private final transient Map<String, String> fields;
    private final transient List<Excerpt> shown;

    Refusal(Problem problem, String detail) {
        this(problem, detail, null, Map.of(), List.of());
    }

    private Refusal(
            Problem problem,
            String detail,
            @Nullable Duration retryAfter,
            Map<String, String> fields,
            List<Excerpt> shown) {
        super(detail, null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
        this.fields = fields;
        this.shown = shown;
    }

    /** The same refusal, saying when it is worth asking again ({@code Retry-After}, RFC 9110 §10.2.3). */
    public Refusal retryAfter(Duration wait) {
        return new Refusal(problem, detail(), wait, fields, shown);
    }

    /** The same refusal with a header field of its own; a challenge of its own takes the place of the usual one. */
    public Refusal with(String field, String value) {
        var more = new LinkedHashMap<>(fields);
        more.put(field, value);
        return new Refusal(problem, detail(), retryAfter, Collections.unmodifiableMap(more), shown);
    }

    /** The same refusal with what pages show beside the sentence. */
    public Refusal showing(List<Excerpt> excerpts) {
        return new Refusal(problem, detail(), retryAfter, fields, List.copyOf(excerpts));
    }

    public Problem problem() {
        return problem;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Header fields that belong to it. */
    public Map<String, String> fields() {
        return fields;
    }

    /** What there is to see of it, for whoever has to repair it. */
    public List<Excerpt> shown() {
        return shown;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
