package dev.gatehouse.policy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;

/**
 * What stands between a caller and a yes. Of several things that are all needed, the hardest is told, since getting the others alone would not
 * help; of several of which one is enough, the easiest; among equals the first in the text (decision 0102).
 */
record Missing(Effort effort, Reason reason, Scopes scopes, Optional<Duration> maxAge, Place place) {
    /** From what the caller can do at once to what nobody can. */
    enum Effort {
        STEP_UP,
        SCOPE,
        SOMEBODY_ELSE,
        NEVER
    }

    static Missing stepUp(Optional<Duration> within, Place place) {
        return new Missing(Effort.STEP_UP, Reason.STEP_UP_REQUIRED, Scopes.NONE, within, place);
    }

    static Missing scope(Scopes scope, Place place) {
        return new Missing(Effort.SCOPE, Reason.SCOPE_MISSING, scope, Optional.empty(), place);
    }

    static Missing other(Reason reason, Place place) {
        return new Missing(Effort.SOMEBODY_ELSE, reason, Scopes.NONE, Optional.empty(), place);
    }

    static Missing never(Place place) {
        return new Missing(Effort.NEVER, Reason.DENIED, Scopes.NONE, Optional.empty(), place);
    }

    /** Both are needed. */
    Missing and(Missing other) {
        if (effort != other.effort) return effort.compareTo(other.effort) > 0 ? this : other;
        if (effort == Effort.SCOPE) return new Missing(effort, reason, union(scopes, other.scopes), maxAge, place);
        if (effort == Effort.STEP_UP) return new Missing(effort, reason, scopes, shorter(maxAge, other.maxAge), place);
        return this;
    }

    /** One is enough. */
    Missing or(Missing other) {
        return other.effort.compareTo(effort) < 0 ? other : this;
    }

    Decision.Refused refused(Optional<Trace> trace) {
        return new Decision.Refused(reason, detail(), scopes, maxAge, place, trace);
    }

    /** Names scopes, which a client may ask for, and nothing that would map the house for a stranger. */
    private String detail() {
        return switch (reason) {
            case SCOPE_MISSING ->
                scopes.values().size() == 1
                        ? "The token lacks the scope " + scopes + "."
                        : "The token lacks the scopes " + scopes + ".";
            case STEP_UP_REQUIRED ->
                "This needs a second factor" + (maxAge.isPresent() ? " that was shown recently." : ".");
            case ROLE_MISSING -> "This needs a role that you do not have.";
            case GROUP_MISSING -> "This needs a group that you are not in.";
            case CLIENT_NOT_ALLOWED -> "This is not for the application that is asking.";
            case NETWORK_NOT_ALLOWED -> "This is not for the network that you ask from.";
            case CLAIM_MISMATCH -> "This is not yours to see.";
            default -> "This is not allowed.";
        };
    }

    private static Scopes union(Scopes first, Scopes second) {
        var all = new LinkedHashSet<>(first.values());
        all.addAll(second.values());
        return new Scopes(all);
    }

    private static Optional<Duration> shorter(Optional<Duration> first, Optional<Duration> second) {
        if (first.isEmpty() || second.isEmpty()) return first.or(() -> second);
        return first.get().compareTo(second.get()) <= 0 ? first : second;
    }
}
