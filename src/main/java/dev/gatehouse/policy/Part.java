package dev.gatehouse.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a compiled rule. {@code withoutToken} is what a clause about the token says when there is none: NO to decide, UNKNOWN to ask
 * whether some token could help. With {@code traces} every clause is answered and recorded there; without, the first that settles it ends it.
 */
abstract class Part {
    private final Place place;

    Part(Place place) {
        this.place = place;
    }

    final Place place() {
        return place;
    }

    abstract Answer answer(Facts facts, Answer withoutToken, @Nullable List<Trace> traces);

    /** What would have to change for the answer to be {@code wanted}; asked only of a part that {@link #lacks}. */
    abstract Missing missing(Facts facts, Answer withoutToken, Answer wanted);

    /** While tokens are unknown, only what is certain counts. */
    final boolean lacks(Facts facts, Answer withoutToken, Answer wanted) {
        Answer answer = answer(facts, withoutToken, null);
        return withoutToken == Answer.UNKNOWN ? answer == wanted.not() : answer != wanted;
    }

    /** Nothing but {@code public}, whatever it is called. */
    boolean isPublic() {
        return false;
    }

    /** Whether it is asked from where the caller comes. */
    boolean asksAddress() {
        return false;
    }

    /** {@code and} and {@code or}, which differ only in the answer that settles them. */
    static final class Group extends Part {
        private final Answer settling;
        private final Part[] parts;

        private Group(Place place, Answer settling, List<Part> parts) {
            super(place);
            this.settling = settling;
            this.parts = parts.toArray(Part[]::new);
        }

        static Group every(Place place, List<Part> parts) {
            return new Group(place, Answer.NO, parts);
        }

        static Group any(Place place, List<Part> parts) {
            return new Group(place, Answer.YES, parts);
        }

        @Override
        Answer answer(Facts facts, Answer withoutToken, @Nullable List<Trace> traces) {
            List<Trace> inner = traces == null ? null : new ArrayList<>(parts.length);
            Answer sum = settling.not();
            for (Part part : parts) {
                Answer answer = part.answer(facts, withoutToken, inner);
                if (answer == settling && inner == null) return settling;
                if (answer == settling || (answer == Answer.UNKNOWN && sum != settling)) sum = answer;
            }
            if (traces != null && inner != null) traces.add(new Trace(place(), sum, "", inner));
            return sum;
        }

        @Override
        Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
            boolean allMustChange = wanted != settling;
            Optional<Missing> sum = Optional.empty();
            for (Part part : parts) {
                if (!part.lacks(facts, withoutToken, wanted)) continue;
                Missing one = part.missing(facts, withoutToken, wanted);
                sum = Optional.of(sum.map(before -> allMustChange ? before.and(one) : before.or(one))
                        .orElse(one));
            }
            return sum.orElseThrow();
        }

        @Override
        boolean asksAddress() {
            for (Part part : parts) if (part.asksAddress()) return true;
            return false;
        }
    }

    static final class Inverse extends Part {
        private final Part part;

        Inverse(Place place, Part part) {
            super(place);
            this.part = part;
        }

        @Override
        Answer answer(Facts facts, Answer withoutToken, @Nullable List<Trace> traces) {
            List<Trace> inner = traces == null ? null : new ArrayList<>(1);
            Answer answer = part.answer(facts, withoutToken, inner).not();
            if (traces != null && inner != null) traces.add(new Trace(place(), answer, "", inner));
            return answer;
        }

        @Override
        Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
            return part.missing(facts, withoutToken, wanted.not());
        }

        @Override
        boolean asksAddress() {
            return part.asksAddress();
        }
    }

    /** A policy by its name; the part is shared by all that name it. */
    static final class Named extends Part {
        private final Part part;

        Named(Place place, Part part) {
            super(place);
            this.part = part;
        }

        @Override
        Answer answer(Facts facts, Answer withoutToken, @Nullable List<Trace> traces) {
            List<Trace> inner = traces == null ? null : new ArrayList<>(1);
            Answer answer = part.answer(facts, withoutToken, inner);
            if (traces != null && inner != null) traces.add(new Trace(place(), answer, "", inner));
            return answer;
        }

        @Override
        Missing missing(Facts facts, Answer withoutToken, Answer wanted) {
            return part.missing(facts, withoutToken, wanted);
        }

        @Override
        boolean isPublic() {
            return part.isPublic();
        }

        @Override
        boolean asksAddress() {
            return part.asksAddress();
        }
    }
}
