package dev.gatehouse.edge;

import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.Verdict;
import dev.gatehouse.vocabulary.Reason;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Who is calling, where browsers call: the cookie of the house names a session, whose access token stays here and is verified like any other. A cookie that is not
 * one, or nobody's, is no cookie. What a browser could have been made to send by a page of another site is not taken for its person's wish.
 */
final class SessionStep {
    private final SessionTokens sessions;
    private final BiFunction<Passage, String, Verdict> verifier;
    private final ForgeryGuard forgeries;

    /** {@code verifier} is what the API of that request thinks of a token. */
    SessionStep(SessionTokens sessions, BiFunction<Passage, String, Verdict> verifier, ForgeryGuard forgeries) {
        this.sessions = sessions;
        this.verifier = verifier;
        this.forgeries = forgeries;
    }

    /** {@code next} runs when it is known who is calling, or that nobody is. */
    void authenticate(Passage passage, Runnable next) {
        String cookie = OurCookies.session(passage.request.headers(), passage.snapshot.url());
        if (cookie == null) {
            next.run();
            return;
        }
        String held = sessions.held(cookie, audience(passage));
        if (held == null) ask(passage, cookie, next);
        else if (held.equals(SessionTokens.NOBODYS)) next.run();
        else if (verifier.apply(passage, held) instanceof Verdict.Accepted yes)
            enter(passage, held, yes.claims(), next);
        else askAgain(passage, cookie, next);
    }

    /** A token that was good and is not any more was revoked; its session may be over, or may go on. */
    private void askAgain(Passage passage, String cookie, Runnable next) {
        sessions.forget(cookie);
        ask(passage, cookie, next);
    }

    private void ask(Passage passage, String cookie, Runnable next) {
        Optional<Duration> blocked = forgeries.blocked(passage.exchange.clientAddress);
        if (blocked.isPresent())
            Answers.refuse(
                    passage,
                    Reason.TOO_MANY_ATTEMPTS,
                    "Too many tokens from this address were not valid.",
                    blocked.get());
        else passage.await(sessions.find(cookie, audience(passage)), found -> found(passage, found, next));
    }

    private void found(Passage passage, Optional<String> token, Runnable next) {
        if (token.isEmpty()) forgeries.failed(passage.exchange.clientAddress);
        else if (verifier.apply(passage, token.get()) instanceof Verdict.Accepted yes) {
            enter(passage, token.get(), yes.claims(), next);
            return;
        }
        next.run();
    }

    private static void enter(Passage passage, String token, Claims claims, Runnable next) {
        if (!SameOrigin.sent(passage)) {
            Answers.refuse(passage, Reason.CROSS_SITE, "A page of another site made the browser send this.");
            return;
        }
        passage.sessionToken = token;
        passage.know(claims);
        next.run();
    }

    static String audience(Passage passage) {
        return passage.route().profile().audience();
    }

    /** Whether the cookie is asked: where the API takes cookies, and no token was shown that it takes as well. */
    static boolean isAsked(Passage passage) {
        return switch (passage.route().auth()) {
            case BEARER -> false;
            case SESSION -> true;
            case EITHER -> !passage.request.headers().contains(HttpHeaders.AUTHORIZATION);
        };
    }
}
