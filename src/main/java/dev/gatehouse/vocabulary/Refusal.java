package dev.gatehouse.vocabulary;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer, not a bug: thrown or failed with where a request cannot go on. Has no stack trace; its detail may be shown to the caller. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient @Nullable Duration retryAfter;

    Refusal(Problem problem, String detail) {
        this(problem, detail, null);
    }

    private Refusal(Problem problem, String detail, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** The same refusal, saying when it is worth asking again ({@code Retry-After}, RFC 9110 §10.2.3). */
    public Refusal retryAfter(Duration wait) {
        return new Refusal(problem, detail(), wait);
    }

    public Problem problem() {
        return problem;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
