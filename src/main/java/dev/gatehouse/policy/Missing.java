package dev.gatehouse.policy;

import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What stands between a caller and a yes. Of several things that are all needed, the hardest is told, since getting the others alone would not
 * help; of several of which one is enough, the easiest; among equals the first in the text (decision 0102).
 */
record Missing(Effort effort, Reason reason, Scopes scopes, Optional<Duration> maxAge, List<String> acr, Place place) {
    /** From what the caller can do at once to what nobody can. */
    enum Effort {
        STEP_UP,
        SCOPE,
        SOMEBODY_ELSE,
        NEVER
    }

    static Missing stepUp(Optional<Duration> within, Place place) {
        return stepUp(within, List.of(), place);
    }

    /** {@code acr}: one of these would do. */
    static Missing stepUp(Optional<Duration> within, List<String> acr, Place place) {
        return new Missing(Effort.STEP_UP, Reason.STEP_UP_REQUIRED, Scopes.NONE, within, acr, place);
    }

    static Missing scope(Scopes scope, Place place) {
        return new Missing(Effort.SCOPE, Reason.SCOPE_MISSING, scope, Optional.empty(), List.of(), place);
    }

    static Missing other(Reason reason, Place place) {
        return new Missing(Effort.SOMEBODY_ELSE, reason, Scopes.NONE, Optional.empty(), List.of(), place);
    }

    static Missing never(Place place) {
        return new Missing(Effort.NEVER, Reason.DENIED, Scopes.NONE, Optional.empty(), List.of(), place);
    }

    /** Both are needed. */
    Missing and(Missing other) {
        if (effort != other.effort) return effort.compareTo(other.effort) > 0 ? this : other;
        if (effort == Effort.SCOPE) return new Missing(effort, reason, union(scopes, other.scopes), maxAge, acr, place);
        if (effort == Effort.STEP_UP)
            return new Missing(
                    effort, reason, scopes, shorter(maxAge, other.maxAge), acr.isEmpty() ? other.acr : acr, place);
        return this;
    }

    /** One is enough. */
    Missing or(Missing other) {
        return other.effort.compareTo(effort) < 0 ? other : this;
    }

    Decision.Refused refused(Optional<Trace> trace) {
        return new Decision.Refused(reason, detail(), scopes, maxAge, acr, place, trace);
    }

    /** Names scopes, which a client may ask for, and nothing that would map the house for a stranger. */
    private String detail() {
        return switch (reason) {
            case SCOPE_MISSING ->
                scopes.values().size() == 1
                        ? "The token lacks the scope " + scopes + "."
                        : "The token lacks the scopes " + scopes + ".";
            case STEP_UP_REQUIRED ->
                place.text().startsWith("mfa")
                        ? "This needs a second factor" + (maxAge.isPresent() ? " that was shown recently." : ".")
                        : "This needs a sign-in that is more recent, or of another kind.";
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
