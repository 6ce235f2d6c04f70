package dev.gatehouse.edge;

import dev.gatehouse.policy.Decision;
import dev.gatehouse.policy.Facts;
import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.BearerChallenge;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** May they? Asks the route's rule about this caller and puts a no into words (RFC 6750 §3, RFC 9470 §3). */
final class DecisionStep {
    private final InstantSource clock;
    private final boolean devMode;

    DecisionStep(InstantSource clock, boolean devMode) {
        this.clock = clock;
        this.devMode = devMode;
    }

    /** False when the request was refused. */
    boolean allows(Passage passage) {
        if (passage.claims == null && passage.route().optional()) return true;
        var facts = new Facts(passage.claims, passage.exchange.clientAddress, clock.instant(), passage.variables);
        if (passage.route().policy().decide(facts) instanceof Decision.Refused no) {
            refuse(passage, no);
            return false;
        }
        return true;
    }

    /** Why it would be refused with these claims; null: it would not. */
    @Nullable
    Reason refusal(Passage passage, Claims claims) {
        var facts = new Facts(claims, passage.exchange.clientAddress, clock.instant(), passage.variables);
        return passage.route().policy().decide(facts) instanceof Decision.Refused no ? no.reason() : null;
    }

    private void refuse(Passage passage, Decision.Refused no) {
        if (SignInDetour.fits(passage, no, clock.instant())) {
            Answers.give(passage, no.reason(), SignInDetour.to(passage, no));
            return;
        }
        String detail = detail(passage, no);
        switch (no.reason()) {
            case LOGIN_REQUIRED -> Answers.refuse(passage, no.reason(), detail, BearerChallenge.SIGN_IN);
            case STEP_UP_REQUIRED ->
                Answers.refuse(passage, no.reason(), detail, BearerChallenge.stepUp(no.maxAge(), no.acr()));
            case SCOPE_MISSING ->
                Answers.refuse(
                        passage,
                        no.reason(),
                        detail,
                        BearerChallenge.insufficientScope(no.scopes().toString()));
            default -> Answers.refuse(passage, no.reason(), detail);
        }
    }

    /** Strangers are not told what a rule asks, scopes apart; somebody who tries things out on their own machine is. */
    private String detail(Passage passage, Decision.Refused no) {
        boolean atHome = devMode
                && passage.caller.address().isLoopbackAddress()
                && passage.exchange.clientAddress.isLoopbackAddress();
        if (!atHome || no.reason() == Reason.LOGIN_REQUIRED) return no.detail();
        String clause =
                no.place().policy().map(policy -> "` of the policy `" + policy).orElse("");
        return no.detail() + " The clause `" + no.place().text() + clause + "` does not hold ("
                + passage.route().at() + ").";
    }
}
