package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.HeldToken;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.BearerChallenge;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether whoever opened an exchange may still have it open, looked at by the watch of the event loop ({@link Deadlines}) as long as the exchange is there. Most are over before the
 * first look: they cost nothing here.
 */
final class Leases {
    /** An exchange that is younger is a request like any other, whatever happens to its token meanwhile. */
    static final Duration REQUEST = Duration.ofMillis(500);

    private final TokenStep tokens;
    private final SessionTokens sessions;
    private final DecisionStep decisions;
    private final BooleanSupplier databaseGraceOver;

    Leases(TokenStep tokens, SessionTokens sessions, DecisionStep decisions, BooleanSupplier databaseGraceOver) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.decisions = decisions;
        this.databaseGraceOver = databaseGraceOver;
    }

    /** Why it is to end, or null. {@code began} and {@code now} in nanoseconds; {@code endless} as in {@link Lease#over}. */
    @Nullable
    Reason over(Passage passage, long began, long now, boolean endless) {
        Claims claims = passage.claims;
        if (claims == null || now - began < REQUEST.toNanos()) return null;
        Lease lease = passage.lease;
        if (lease == null) passage.lease = lease = of(passage, claims);
        return lease.over(now, endless);
    }

    /** Tells the caller that it is over, as far as that can still be said. */
    static void end(Passage passage, Reason why) {
        if (passage.response.headWritten()) {
            passage.ended = true;
            passage.exchange.reason = why;
            passage.caller.cut(passage.request, Http2Error.CANCEL.code());
        } else if (why.status() == 503) {
            Answers.refuse(passage, why, "Tokens cannot be judged for now.", Duration.ofSeconds(5));
        } else if (passage.sessionToken != null) {
            Answers.refuse(passage, Reason.LOGIN_REQUIRED, "The session is over.", BearerChallenge.SIGN_IN);
        } else {
            String detail = "the token has ceased to be valid";
            Answers.refuse(passage, Reason.INVALID_TOKEN, detail, BearerChallenge.invalidToken(detail));
        }
    }

    private Lease of(Passage passage, Claims claims) {
        String ofSession = passage.sessionToken;
        if (ofSession == null) return new Lease(this, passage, hold(passage, TokenStep.token(passage), claims), null);
        String cookie = OurCookies.session(passage.request.headers(), passage.snapshot.url());
        return new Lease(this, passage, hold(passage, ofSession, claims), cookie);
    }

    HeldToken hold(Passage passage, String token, Claims claims) {
        return tokens.hold(passage, token, claims);
    }

    /** Null: the token is not taken here. */
    @Nullable
    Claims accepted(Passage passage, String token) {
        return tokens.verdict(passage, token) instanceof Verdict.Accepted yes ? yes.claims() : null;
    }

    /** What the rule says of a caller who has become somebody a little different. */
    @Nullable
    Reason refusal(Passage passage, Claims claims) {
        return decisions.refusal(passage, claims);
    }

    String audience(Passage passage) {
        return SessionStep.audience(passage);
    }

    SessionTokens sessions() {
        return sessions;
    }

    boolean databaseGraceOver() {
        return databaseGraceOver.getAsBoolean();
    }
}
