package dev.gatehouse.policy;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Cidr;
import dev.gatehouse.vocabulary.Reason;
import java.time.Duration;
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

    /** A second factor. Only a person can be asked for one (RFC 9470 §1). */
    static final class SecondFactor extends OfToken {
        /** How far another node's clock may be ahead of ours. */
        private static final long LEEWAY_SECONDS = 60;

        private final Missing noPerson;

        SecondFactor(Place place, Optional<Duration> within) {
            super(
                    place,
                    Missing.stepUp(within, place),
                    Missing.other(Reason.DENIED, place),
                    (claims, facts) -> Answer.of(recent(claims, facts, within)),
                    SecondFactor::found);
            this.noPerson = Missing.other(Reason.CLIENT_NOT_ALLOWED, place);
        }

        @Override
        Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
            Claims claims = facts.claims();
            boolean person = claims != null && claims.isPerson();
            return wanted == Answer.YES && !person ? noPerson : super.missing(facts, withoutToken, wanted);
        }

        private static boolean recent(Claims claims, Facts facts, Optional<Duration> within) {
            if (!(claims.all().get("mfa_time") instanceof Number time)) return false;
            double age = facts.now().getEpochSecond() - time.doubleValue();
            return time.doubleValue() > 0
                    && age >= -LEEWAY_SECONDS
                    && (within.isEmpty() || age <= within.get().toSeconds());
        }

        private static String found(Claims claims) {
            Object time = claims.all().get("mfa_time");
            return time == null ? "no second factor was shown" : "the second factor was shown at " + time;
        }
    }
}
