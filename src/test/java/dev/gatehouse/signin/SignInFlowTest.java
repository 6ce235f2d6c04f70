package dev.gatehouse.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.identity.Due;
import dev.gatehouse.signin.ProofKind.Role;
import dev.gatehouse.signin.SignInFlow.Held;
import dev.gatehouse.signin.SignInFlow.Standing;
import dev.gatehouse.signin.SignInFlow.State;
import dev.gatehouse.signin.SignInFlow.Wanted;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.signin.SignInStep.Enrol;
import dev.gatehouse.signin.SignInStep.Identify;
import dev.gatehouse.signin.SignInStep.Owes;
import dev.gatehouse.signin.SignInStep.Refused;
import dev.gatehouse.signin.SignInStep.SecondFactor;
import dev.gatehouse.signin.SignInStep.Way;
import dev.gatehouse.signin.SignInStep.Why;
import dev.gatehouse.vocabulary.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Nobody is in without all that it takes, whatever the order: the flow against a small model that only remembers what happened. */
final class SignInFlowTest {
    private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");
    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final Held BY_PASSWORD =
            new Held(START.minus(Duration.ofHours(1)), Optional.empty(), List.of("pwd"));
    private static final Held BY_BOTH = new Held(
            START.minus(Duration.ofHours(1)),
            Optional.of(START.minus(Duration.ofMinutes(30))),
            List.of("pwd", "otp", "mfa"));
    private static final Held BY_KEY = new Held(START.minusSeconds(60), Optional.empty(), List.of("hwk"));
    private static final ProofKind[] KINDS = ProofKind.values();

    /** Something that happens: a proof, a session that is there, or six minutes. */
    private sealed interface Event {
        record Shows(UserId who, ProofKind kind) implements Event {}

        record IsHere(UserId who, Held held) implements Event {}

        record TimePasses() implements Event {}
    }

    private record Happened(Event event, Instant at) {}

    private static List<Event> events() {
        var all = new ArrayList<Event>();
        for (UserId who : List.of(ALICE, BOB)) for (ProofKind kind : KINDS) all.add(new Event.Shows(who, kind));
        for (Held held : List.of(BY_PASSWORD, BY_BOTH, BY_KEY)) all.add(new Event.IsHere(ALICE, held));
        all.add(new Event.IsHere(BOB, BY_BOTH));
        all.add(new Event.TimePasses());
        return all;
    }

    private static List<Wanted> wishes() {
        var all = new ArrayList<Wanted>();
        for (Level level : Level.values())
            for (Optional<Instant> since : List.of(
                    Optional.<Instant>empty(), Optional.of(START), Optional.of(START.minus(Duration.ofMinutes(40)))))
                for (Optional<UserId> who : List.of(Optional.<UserId>empty(), Optional.of(BOB)))
                    all.add(new Wanted(level, since, who));
        return all;
    }

    /** How accounts stand: bits for an app, passkeys, a lock, a mail to confirm, and terms to accept. */
    private static Standing standing(UserId who, int bits) {
        return new Standing(who, (bits & 4) != 0, (bits & 1) != 0, (bits & 2) != 0, owed(bits));
    }

    private static Set<Due> owed(int bits) {
        var owed = EnumSet.noneOf(Due.class);
        if ((bits & 8) != 0) owed.add(Due.MAIL);
        if ((bits & 16) != 0) owed.add(Due.TERMS);
        return owed;
    }

    /** One run of events, with what the flow makes of them. */
    private static final class Walk {
        private final Deque<Happened> history = new ArrayDeque<>();
        private final Wanted wanted;
        private final int bits;
        private State state;
        private Instant now = START;

        Walk(Wanted wanted, int bits) {
            this.wanted = wanted;
            this.bits = bits;
            this.state = State.begun(wanted);
        }

        void take(Event event) {
            now = now.plusMillis(1000);
            if (event instanceof Event.TimePasses) now = now.plus(Duration.ofMinutes(6));
            if (event instanceof Event.Shows shows)
                state = SignInFlow.shown(state, shows.kind(), standing(shows.who(), bits), now);
            if (event instanceof Event.IsHere here) state = SignInFlow.present(state, here.who(), here.held());
            history.addLast(new Happened(event, now));
        }

        SignInStep step() {
            return SignInFlow.next(state, state.account().map(who -> standing(who, bits)), now);
        }

        /** As it would be kept and read again between two steps. */
        void isKept() {
            state = State.from(state.toJson());
        }

        void check() {
            SignInStep step = step();
            if (step instanceof Done && !owed(bits).isEmpty())
                throw new AssertionError("given everything before " + owed(bits) + " after " + history);
            if (step instanceof Owes owes
                    && !Optional.of(owes.due()).equals(owed(bits).stream().findFirst()))
                throw new AssertionError("asked for " + owes.due() + " of " + owed(bits) + " after " + history);
            Optional<Done> in = in(step);
            if (in.isPresent()) {
                Done done = in.get();
                UserId who = state.account().orElseThrow();
                if (!mayBeIn(who, done))
                    throw new AssertionError(
                            who + " is in: " + done + " wanted " + wanted + " bits " + bits + " after " + history);
            }
        }

        private boolean mayBeIn(UserId who, Done done) {
            Standing stands = standing(who, bits);
            boolean first = false;
            boolean word = false;
            boolean heldWord = false;
            boolean wordNow = false;
            boolean touched = false;
            boolean key = false;
            boolean twice = false;
            for (Happened each : history) {
                if (each.event() instanceof Event.Shows shows && !shows.who().equals(who)) {
                    first = word = heldWord = wordNow = touched = key = twice = false;
                    continue;
                }
                if (each.event() instanceof Event.IsHere here && here.who().equals(who)) {
                    boolean late = isLate(here.held().firstAt());
                    if (wanted.level() == Level.TWO || late) first = true;
                    heldWord |= here.held().amr().contains("pwd");
                    if (here.held().secondAt().isPresent()
                            && isLate(here.held().secondAt().get())) twice = true;
                }
                if (!(each.event() instanceof Event.Shows shows)) continue;
                boolean fresh = Duration.between(each.at(), now).compareTo(Duration.ofMinutes(10)) < 0;
                if (!fresh) continue;
                Role role = shows.kind().role();
                if (role == Role.SECOND && isLate(each.at()) && hadFirstBefore(who, each.at())) twice = true;
                if (role != Role.SECOND) first = true;
                if (role == Role.FIRST) wordNow = true;
                if (role == Role.EITHER) touched = true;
                if (role == Role.EITHER && isLate(each.at())) key = true;
                if (role == Role.BOTH && isLate(each.at())) twice = true;
            }
            word = wordNow || heldWord;
            twice |= key && word;
            if (stands.locked()) return false;
            if (wanted.account().isPresent() && !wanted.account().get().equals(who)) return false;
            boolean needs = wanted.level() == Level.TWO || (stands.authenticator() && (wordNow || touched));
            if (!first || (needs && !twice)) return false;
            boolean says = done.acr().equals(Level.TWO.acr());
            return says == done.secondFactorAt().isPresent()
                    && says == done.amr().contains("mfa")
                    && (!says || twice);
        }

        /** Shown within ten minutes before, or there with the session. */
        private boolean hadFirstBefore(UserId who, Instant at) {
            return history.stream()
                    .filter(each -> each.at().isBefore(at))
                    .anyMatch(each -> (each.event() instanceof Event.Shows shows
                                    && shows.who().equals(who)
                                    && shows.kind().role() != Role.SECOND
                                    && Duration.between(each.at(), at).compareTo(Duration.ofMinutes(10)) < 0)
                            || (each.event() instanceof Event.IsHere here
                                    && here.who().equals(who)));
        }

        private boolean isLate(Instant at) {
            return wanted.since().isEmpty() || !at.isBefore(wanted.since().get());
        }
    }

    @Test
    void every_run_of_three_events_ends_in_for_those_alone_who_showed_all_that_it_takes() {
        var events = events();
        for (Wanted wanted : wishes())
            for (int bits : new int[] {0, 1, 2, 3, 5, 9, 17, 24}) {
                for (Event one : events)
                    for (Event two : events)
                        for (Event three : events) {
                            var walk = new Walk(wanted, bits);
                            walk.take(one);
                            walk.check();
                            walk.take(two);
                            walk.check();
                            walk.take(three);
                            walk.check();
                        }
            }
    }

    @Test
    void a_million_random_walks_get_nobody_in_too_early() {
        var random = new SplittableRandom(20261126);
        var events = events();
        var wishes = wishes();
        int in = 0;
        for (int run = 0; run < 1_000_000; run++) {
            var walk = new Walk(wishes.get(random.nextInt(wishes.size())), random.nextInt(32));
            for (int length = random.nextInt(1, 9); length > 0; length--) {
                walk.take(events.get(random.nextInt(events.size())));
                if (length == 1 || random.nextInt(3) == 0) walk.check();
            }
            if (run % 64 == 0) {
                walk.isKept();
                walk.check();
            }
            if (in(walk.step()).isPresent()) in++;
        }
        assertThat(in).as("the walks are worth something").isGreaterThan(50_000);
    }

    @Test
    void whoever_shows_what_is_asked_for_gets_in_from_wherever_they_stand() {
        var random = new SplittableRandom(7);
        var events = events();
        var wishes = wishes();
        for (int run = 0; run < 100_000; run++) {
            int bits = random.nextInt(4);
            var walk = new Walk(wishes.get(random.nextInt(wishes.size())), bits);
            for (int length = random.nextInt(6); length > 0; length--)
                walk.take(events.get(random.nextInt(events.size())));
            UserId who = walk.wanted.account().orElse(ALICE);
            if (!walk.state.account().equals(Optional.of(who))) walk.take(new Event.Shows(who, ProofKind.PASSWORD));
            SignInStep step = walk.step();
            for (int steps = 0; steps < 3 && !(step instanceof Done) && !(step instanceof Enrol); steps++) {
                ProofKind kind = ProofKind.PASSWORD;
                if (step instanceof SecondFactor second)
                    kind = second.ways().contains(Way.CODE) ? ProofKind.AUTHENTICATOR : ProofKind.VERIFIED_KEY;
                walk.take(new Event.Shows(who, kind));
                step = walk.step();
            }
            if (step instanceof Enrol) assertThat(bits).isZero();
            else assertThat(step).isInstanceOf(Done.class);
        }
    }

    @Test
    void an_account_with_an_authenticator_is_asked_for_it_after_a_password_and_not_after_a_verified_passkey() {
        assertThat(after(Wanted.ANYTHING, 1, ProofKind.PASSWORD)).isEqualTo(new SecondFactor(Set.of(Way.CODE)));
        assertThat(after(Wanted.ANYTHING, 3, ProofKind.PROVIDER))
                .isEqualTo(new SecondFactor(Set.of(Way.CODE, Way.PASSKEY)));
        assertThat(after(Wanted.ANYTHING, 3, ProofKind.VERIFIED_KEY))
                .isEqualTo(new Done(Level.TWO.acr(), List.of("hwk", "user", "mfa"), Optional.of(START), true));
        assertThat(after(Wanted.ANYTHING, 3, ProofKind.KEY)).isInstanceOf(SecondFactor.class);
        assertThat(after(Wanted.ANYTHING, 2, ProofKind.KEY)).isInstanceOf(Done.class);
        assertThat(after(Wanted.ANYTHING, 2, ProofKind.PASSWORD))
                .isEqualTo(new Done(Level.ONE.acr(), List.of("pwd"), Optional.empty(), true));
        assertThat(after(Wanted.ANYTHING, 1, ProofKind.PASSWORD, ProofKind.RECOVERY_CODE))
                .isEqualTo(new Done(Level.TWO.acr(), List.of("pwd", "otp", "mfa"), Optional.of(START), true));
    }

    @Test
    void a_code_before_the_password_is_worth_nothing() {
        assertThat(after(Wanted.ANYTHING, 1, ProofKind.AUTHENTICATOR)).isEqualTo(new Identify());
        assertThat(after(Wanted.ANYTHING, 1, ProofKind.AUTHENTICATOR, ProofKind.PASSWORD))
                .isEqualTo(new SecondFactor(Set.of(Way.CODE)));
    }

    @Test
    void two_touches_of_a_key_are_one_factor() {
        var two = new Wanted(Level.TWO, Optional.empty(), Optional.empty());
        assertThat(after(two, 2, ProofKind.KEY, ProofKind.SYNCED_KEY)).isEqualTo(new SecondFactor(Set.of(Way.PASSKEY)));
        assertThat(after(two, 2, ProofKind.PASSWORD, ProofKind.KEY)).isInstanceOf(Done.class);
    }

    @Test
    void level_two_without_a_second_factor_leads_to_setting_one_up() {
        var two = new Wanted(Level.TWO, Optional.empty(), Optional.empty());
        assertThat(after(two, 0, ProofKind.PASSWORD)).isEqualTo(new Enrol());
    }

    @Test
    void a_session_is_asked_for_what_it_lacks() {
        var recent = new Wanted(Level.TWO, Optional.of(START.minus(Duration.ofMinutes(5))), Optional.empty());
        State here = SignInFlow.present(State.begun(recent), ALICE, BY_BOTH);
        var stands = standing(ALICE, 1);
        assertThat(SignInFlow.next(here, Optional.of(stands), START)).isEqualTo(new SecondFactor(Set.of(Way.CODE)));
        State after = SignInFlow.shown(here, ProofKind.AUTHENTICATOR, stands, START);
        assertThat(SignInFlow.next(after, Optional.of(stands), START))
                .isEqualTo(new Done(Level.TWO.acr(), List.of("pwd", "otp", "mfa"), Optional.of(START), true));
        var earlier = new Wanted(Level.TWO, Optional.of(START.minus(Duration.ofMinutes(31))), Optional.empty());
        assertThat(SignInFlow.next(
                        SignInFlow.present(State.begun(earlier), ALICE, BY_BOTH), Optional.of(stands), START))
                .as("nothing is missing")
                .matches(step -> step instanceof Done done && !done.given());
        var again = new Wanted(Level.ONE, Optional.of(START), Optional.empty());
        assertThat(SignInFlow.next(SignInFlow.present(State.begun(again), ALICE, BY_BOTH), Optional.of(stands), START))
                .isEqualTo(new Identify());
    }

    @Test
    void a_proof_of_somebody_else_starts_over_with_that_proof_alone() {
        State alice = SignInFlow.shown(State.begun(Wanted.ANYTHING), ProofKind.PASSWORD, standing(ALICE, 1), START);
        State bob = SignInFlow.shown(alice, ProofKind.PASSWORD, standing(BOB, 1), START);
        assertThat(bob.account()).contains(BOB);
        assertThat(bob.proofs()).hasSize(1);
        State code = SignInFlow.shown(alice, ProofKind.AUTHENTICATOR, standing(BOB, 1), START);
        assertThat(code).isEqualTo(State.begun(Wanted.ANYTHING));
    }

    @Test
    void what_was_shown_is_good_for_ten_minutes() {
        State state = SignInFlow.shown(State.begun(Wanted.ANYTHING), ProofKind.PASSWORD, standing(ALICE, 0), START);
        Optional<Standing> stands = Optional.of(standing(ALICE, 0));
        Instant over = START.plus(Duration.ofMinutes(10));
        assertThat(SignInFlow.next(state, stands, over.minusMillis(1))).isInstanceOf(Done.class);
        assertThat(SignInFlow.next(state, stands, over)).isEqualTo(new Identify());
    }

    @Test
    void a_locked_account_is_refused_and_so_is_another_than_the_one_that_it_must_be() {
        State state = SignInFlow.shown(State.begun(Wanted.ANYTHING), ProofKind.PASSWORD, standing(ALICE, 0), START);
        assertThat(SignInFlow.next(state, Optional.of(standing(ALICE, 4)), START))
                .isEqualTo(new Refused(Why.LOCKED));
        assertThat(after(new Wanted(Level.ONE, Optional.empty(), Optional.of(BOB)), 0, ProofKind.PASSWORD))
                .isEqualTo(new Refused(Why.SOMEBODY_ELSE));
    }

    @Test
    void terms_come_before_a_mail_address_and_both_after_every_proof() {
        var done = new Done(Level.ONE.acr(), List.of("pwd"), Optional.empty(), true);
        assertThat(after(Wanted.ANYTHING, 8, ProofKind.PASSWORD)).isEqualTo(new Owes(Due.MAIL, done));
        assertThat(after(Wanted.ANYTHING, 16, ProofKind.PASSWORD)).isEqualTo(new Owes(Due.TERMS, done));
        assertThat(after(Wanted.ANYTHING, 24, ProofKind.PASSWORD)).isEqualTo(new Owes(Due.TERMS, done));
        assertThat(after(Wanted.ANYTHING, 25, ProofKind.PASSWORD)).isEqualTo(new SecondFactor(Set.of(Way.CODE)));
        assertThat(after(Wanted.ANYTHING, 28, ProofKind.PASSWORD)).isEqualTo(new Identify());
    }

    @Test
    void a_state_is_read_as_it_was_written() {
        var wanted = new Wanted(Level.TWO, Optional.of(START), Optional.of(ALICE));
        State state = SignInFlow.shown(
                SignInFlow.present(State.begun(wanted), ALICE, BY_BOTH),
                ProofKind.SYNCED_KEY,
                standing(ALICE, 0),
                START);
        assertThat(State.from(state.toJson())).isEqualTo(state);
    }

    /** Whoever owes something is in all the same. */
    private static Optional<Done> in(SignInStep step) {
        if (step instanceof Owes owes) return Optional.of(owes.as());
        return step instanceof Done done ? Optional.of(done) : Optional.empty();
    }

    private static SignInStep after(Wanted wanted, int bits, ProofKind... shown) {
        State state = State.begun(wanted);
        for (ProofKind kind : shown) state = SignInFlow.shown(state, kind, standing(ALICE, bits), START);
        return SignInFlow.next(state, state.account().map(who -> standing(who, bits)), START);
    }
}
