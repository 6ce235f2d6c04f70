package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.DurationText;
import dev.gatehouse.vocabulary.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part without parts. */
abstract class Clause extends Part {
    private final Missing lacking;
    private final Missing tooMuch;

    /** {@code lacking} is told where the clause should hold and does not, {@code tooMuch} where it holds under a {@code not}. */
    Clause(Place place, Missing lacking, Missing tooMuch) {
        super(place);
        this.lacking = lacking;
        this.tooMuch = tooMuch;
    }

    abstract Answer ask(Facts facts, Answer withoutToken);

    abstract String found(Facts facts);

    @Override
    final Answer answer(Facts facts, Answer withoutToken, @Nullable List<Trace> traces) {
        Answer answer = ask(facts, withoutToken);
        if (traces != null) traces.add(new Trace(place(), answer, found(facts), List.of()));
        return answer;
    }

    @Override
    Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
        return wanted == Answer.YES ? lacking : tooMuch;
    }

    /** {@code public} and {@code deny}: nobody can change these. */
    static final class Constant extends Clause {
        private final Answer answer;

        Constant(Place place, Answer answer) {
            super(place, Missing.never(place), Missing.never(place));
            this.answer = answer;
        }

        @Override
        Answer ask(Facts facts, Answer withoutToken) {
            return answer;
        }

        @Override
        String found(Facts facts) {
            return answer == Answer.YES ? "anybody may" : "nobody may";
        }

        @Override
        boolean isPublic() {
            return answer == Answer.YES;
        }
    }

    static final class Network extends Clause {
        private final Cidr network;

        Network(Place place, Cidr network) {
            super(
                    place,
                    Missing.other(Reason.NETWORK_NOT_ALLOWED, place),
                    Missing.other(Reason.NETWORK_NOT_ALLOWED, place));
            this.network = network;
        }

        @Override
        Answer ask(Facts facts, Answer withoutToken) {
            return Answer.of(network.contains(facts.address()));
        }

        @Override
        String found(Facts facts) {
            return "the caller is at " + facts.address().getHostAddress();
        }

        @Override
        boolean asksAddress() {
            return true;
        }
    }

    /** What a clause asks of a token. */
    @FunctionalInterface
    interface Question {
        Answer ask(Claims claims, Facts facts);
    }

    /** What explain says that the token has. */
    @FunctionalInterface
    interface Finding {
        String in(Claims claims);
    }

    static class OfToken extends Clause {
        private final Question question;
        private final Finding finding;

        OfToken(Place place, Missing lacking, Missing tooMuch, Question question, Finding finding) {
            super(place, lacking, tooMuch);
            this.question = question;
            this.finding = finding;
        }

        @Override
        final Answer ask(Facts facts, Answer withoutToken) {
            Claims claims = facts.claims();
            return claims == null ? withoutToken : question.ask(claims, facts);
        }

        @Override
        final String found(Facts facts) {
            Claims claims = facts.claims();
            return claims == null ? "no token was sent" : finding.in(claims);
        }
    }

    /** How somebody signed in. Only a person can be asked to do so again (RFC 9470 §1). */
    static final class SignedIn extends OfToken {
        /** How far another node's clock may be ahead of ours. */
        private static final long LEEWAY_SECONDS = 60;

        private final Missing noPerson;

        private SignedIn(Place place, Missing lacking, Question question, Finding finding) {
            super(place, lacking, Missing.other(Reason.DENIED, place), question, finding);
            this.noPerson = Missing.other(Reason.CLIENT_NOT_ALLOWED, place);
        }

        /** With a second factor. */
        static SignedIn twice(Place place, Optional<Duration> within) {
            return new SignedIn(
                    place,
                    Missing.stepUp(within, place),
                    (claims, facts) -> Answer.of(recent(claims, "mfa_time", facts, within)),
                    claims -> found(claims, "mfa_time", "a second factor was shown"));
        }

        /** So long ago at most. */
        static SignedIn within(Duration maxAge) {
            var place = new Place("max_age " + DurationText.print(maxAge), Optional.empty(), 0);
            return new SignedIn(
                    place,
                    Missing.stepUp(Optional.of(maxAge), place),
                    (claims, facts) -> Answer.of(recent(claims, "auth_time", facts, Optional.of(maxAge))),
                    claims -> found(claims, "auth_time", "somebody signed in"));
        }

        /** In one of these ways. */
        static SignedIn by(List<String> acr) {
            var place = new Place("acr " + String.join(" ", acr), Optional.empty(), 0);
            return new SignedIn(
                    place,
                    Missing.stepUp(Optional.empty(), acr, place),
                    (claims, facts) ->
                            Answer.of(acr.contains(String.valueOf(claims.all().get("acr")))),
                    claims -> claims.all().get("acr") == null
                            ? "the token does not say how somebody signed in"
                            : "the token has the acr " + claims.all().get("acr"));
        }

        @Override
        Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
            Claims claims = facts.claims();
            boolean person = claims != null && claims.isPerson();
            return wanted == Answer.YES && !person ? noPerson : super.missing(facts, withoutToken, wanted);
        }

        private static boolean recent(Claims claims, String claim, Facts facts, Optional<Duration> within) {
            if (!(claims.all().get(claim) instanceof Number time)) return false;
            double age = facts.now().getEpochSecond() - time.doubleValue();
            return time.doubleValue() > 0
                    && age >= -LEEWAY_SECONDS
                    && (within.isEmpty() || age <= within.get().toSeconds());
        }

        private static String found(Claims claims, String claim, String what) {
            Object time = claims.all().get(claim);
            if (time == null) return "the token does not say that " + what;
            return what + " at " + (time instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : time);
        }
    }
}
