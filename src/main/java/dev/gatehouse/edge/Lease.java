package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.HeldToken;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange that lasts lives on: the token it came with, or the browser's session behind it. The token of a session ends after minutes, the session goes on: it is
 * asked for its next token in time, and that one is decided on like a new request's. Confined to the event loop of its request.
 */
final class Lease {
    /** A session is asked for its next token that long before the last one ends. */
    static final Duration AHEAD = Duration.ofSeconds(5);

    /** How long a session may take to say that it goes on after its token was revoked. */
    static final Duration ANSWER = Duration.ofMillis(500);

    /** How long nobody may be there to say whether a token that says nothing by itself is active. */
    static final Duration UNHEARD = Duration.ofSeconds(30);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    private final Leases terms;
    private final Passage passage;
    private final @Nullable String cookie;
    private HeldToken held;
    private @Nullable Reason over;
    private boolean asking;
    private boolean askedBefore;
    private long asked;
    private boolean unheard;
    private long unheardSince;
    private boolean revoked;
    private long revokedSince;

    /** {@code cookie} is there where a session stands behind the token. */
    Lease(Leases terms, Passage passage, HeldToken held, @Nullable String cookie) {
        this.terms = terms;
        this.passage = passage;
        this.held = held;
        this.cookie = cookie;
    }

    /** Why it is over; null as long as it is not. {@code endless}: an exchange that does not end by itself soon, and so must not outlive its token. */
    @Nullable
    Reason over(long now, boolean endless) {
        if (over != null) return over;
        if (terms.databaseGraceOver()) return Reason.DATABASE_UNAVAILABLE;
        if (unheard && now - unheardSince > UNHEARD.toNanos()) return Reason.ISSUER_UNAVAILABLE;
        return switch (held.stand()) {
            case HOLDS -> holds(now);
            case OPEN -> open(now);
            case EXPIRED -> endless ? Reason.STREAM_EXPIRED : null;
            case REVOKED -> revoked(now);
        };
    }

    private @Nullable Reason holds(long now) {
        revoked = false;
        if (cookie != null && held.expiresWithin(AHEAD)) askSession(now, cookie);
        return null;
    }

    private @Nullable Reason open(long now) {
        if (!asking) {
            asking = true;
            held.ask().onComplete((verdict, never) -> heard(verdict, now));
        }
        return over;
    }

    private void heard(Verdict verdict, long now) {
        asking = false;
        boolean away = verdict instanceof Verdict.Rejected no && no.reason().status() != 401;
        if (away && !unheard) unheardSince = now;
        unheard = away;
        if (!away && verdict instanceof Verdict.Rejected) over = Reason.STREAM_REVOKED;
    }

    /** The token of a session can be revoked and the session go on: somebody else's sign-ins were ended. */
    private @Nullable Reason revoked(long now) {
        if (cookie == null) return Reason.STREAM_REVOKED;
        if (!revoked) {
            revoked = true;
            revokedSince = now;
            terms.sessions().forget(cookie);
        }
        askSession(now, cookie);
        if (over != null) return over;
        return revoked && now - revokedSince > ANSWER.toNanos() ? Reason.STREAM_REVOKED : null;
    }

    private void askSession(long now, String shown) {
        if (asking || (askedBefore && now - asked < BETWEEN_QUESTIONS.toNanos())) return;
        asking = true;
        askedBefore = true;
        asked = now;
        terms.sessions().find(shown, terms.audience(passage)).onComplete((token, failure) -> {
            asking = false;
            if (failure == null) renewed(token);
        });
    }

    private void renewed(Optional<String> token) {
        if (token.isEmpty()) {
            over = Reason.STREAM_REVOKED;
        } else if (!token.get().equals(held.text())) {
            Claims next = terms.accepted(passage, token.get());
            if (next == null) return;
            held = terms.hold(passage, token.get(), next);
            revoked = false;
            over = terms.refusal(passage, next);
        }
    }
}
