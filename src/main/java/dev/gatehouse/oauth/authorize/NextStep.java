package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.CONSENT_REQUIRED;
import static dev.gatehouse.clients.OAuthError.LOGIN_REQUIRED;
import static dev.gatehouse.clients.OAuthError.UNMET_AUTHENTICATION_REQUIREMENTS;

import dev.gatehouse.clients.Client;
import dev.gatehouse.oauth.authorize.Situation.Present;
import dev.gatehouse.oauth.authorize.Step.Why;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Level;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What is missing, as a function of the situation and nothing else (OpenID Connect Core §3.1.2.3, §3.1.2.4): first somebody signs in, then says that it is they, then
 * agrees. A wish of the request counts as met only by an act within its own interaction, so an older sign-in or consent never answers {@code prompt}.
 */
final class NextStep {
    private NextStep() {}

    static Step of(Situation situation) {
        Set<Why> missing = whySignIn(situation);
        if (!missing.isEmpty()) return signIn(situation, missing);
        if (wants(situation, Prompt.SELECT_ACCOUNT)
                && happened(situation, Interaction::chosenAt).isEmpty()) return new Step.ChooseAccount();
        if (consentIsMissing(situation)) {
            return isSilent(situation)
                    ? new Step.Refuse(CONSENT_REQUIRED, "the person has not agreed to this")
                    : new Step.Consent(
                            situation.request().agreement(),
                            situation.present().orElseThrow().session());
        }
        return new Step.Issue(situation.present().orElseThrow().session());
    }

    private static Step signIn(Situation situation, Set<Why> missing) {
        if (isSilent(situation)) return new Step.Refuse(LOGIN_REQUIRED, "somebody has to sign in");
        boolean hasJustSignedIn =
                signedInOnTheWay(situation) && situation.present().isPresent();
        if (hasJustSignedIn && missing.contains(Why.SOMEBODY_ELSE))
            return new Step.Refuse(LOGIN_REQUIRED, "somebody else signed in than was asked for");
        if (hasJustSignedIn && missing.contains(Why.NOT_STRONG_ENOUGH))
            return new Step.Refuse(UNMET_AUTHENTICATION_REQUIREMENTS, "the sign-in was not of a kind that will do");
        return new Step.Login(missing);
    }

    private static Set<Why> whySignIn(Situation situation) {
        if (situation.present().isEmpty()) return EnumSet.of(Why.NOBODY_IS_SIGNED_IN);
        var reasons = EnumSet.noneOf(Why.class);
        Present present = situation.present().get();
        AuthorizationRequest request = situation.request();
        boolean fresh = signedInOnTheWay(situation);
        if (wants(situation, Prompt.LOGIN) && !fresh) reasons.add(Why.ASKED_FOR);
        if (isTooOld(present.session(), situation) && !fresh) reasons.add(Why.TOO_LONG_AGO);
        if (!request.subjects().stream().allMatch(present.subject()::equals)) reasons.add(Why.SOMEBODY_ELSE);
        if (!request.isMetBy(present.session().acr())) reasons.add(Why.NOT_STRONG_ENOUGH);
        if (isSecondTooOld(present.session(), situation) && !fresh) reasons.add(Why.TOO_LONG_AGO);
        return reasons;
    }

    private static boolean isTooOld(BrowserSession session, Situation situation) {
        return situation
                .request()
                .maxAge()
                .filter(most -> session.authTime().plus(most).isBefore(situation.now()))
                .isPresent();
    }

    /** Where two factors are wanted and recent, the second has to be. */
    private static boolean isSecondTooOld(BrowserSession session, Situation situation) {
        AuthorizationRequest request = situation.request();
        if (request.maxAge().isEmpty() || request.wish(situation.now()).level() == Level.ONE) return false;
        Instant earliest = situation.now().minus(request.maxAge().get());
        return session.secondFactorAt().filter(at -> !at.isBefore(earliest)).isEmpty();
    }

    private static boolean signedInOnTheWay(Situation situation) {
        return happened(situation, Interaction::signedInAt).isPresent();
    }

    /** Whoever agreed before somebody else signed in agreed for themselves. */
    private static boolean agreedOnTheWay(Situation situation) {
        Optional<Instant> signedIn = happened(situation, Interaction::signedInAt);
        return happened(situation, Interaction::consentedAt)
                .filter(agreed -> signedIn.isEmpty() || !agreed.isBefore(signedIn.get()))
                .isPresent();
    }

    private static boolean consentIsMissing(Situation situation) {
        if (agreedOnTheWay(situation)) return false;
        if (wants(situation, Prompt.CONSENT) || situation.consent() == Client.Consent.ALWAYS) return true;
        return situation.consent() == Client.Consent.REMEMBERED
                && !(situation.agreed().isPresent()
                        && situation.agreed().get().covers(situation.request().agreement()));
    }

    private static Optional<Instant> happened(Situation situation, Function<Interaction, Optional<Instant>> what) {
        return situation.interaction().flatMap(what);
    }

    private static boolean wants(Situation situation, Prompt prompt) {
        return situation.request().prompts().contains(prompt);
    }

    private static boolean isSilent(Situation situation) {
        return wants(situation, Prompt.NONE);
    }
}
