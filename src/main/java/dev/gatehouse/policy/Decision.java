package dev.gatehouse.policy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** May they? A value, because most requests get one. {@code trace} is there only when it was asked for. */
public sealed interface Decision {
    Optional<Trace> trace();

    record Allowed(Optional<Trace> trace) implements Decision {}

    /**
     * {@code detail} may be shown to the caller: it names missing scopes and nothing else. {@code scopes} is not empty only for
     * {@link Reason#SCOPE_MISSING} (RFC 6750 §3.1), {@code maxAge} is there only for {@link Reason#STEP_UP_REQUIRED} (RFC 9470 §3) and when the
     * rule says how recent; {@code acr} are the ways to sign in of which one would do. {@code place} is the clause to blame, for the log and for {@code dev}.
     */
    record Refused(
            Reason reason,
            String detail,
            Scopes scopes,
            Optional<Duration> maxAge,
            List<String> acr,
            Place place,
            Optional<Trace> trace)
            implements Decision {}
}
