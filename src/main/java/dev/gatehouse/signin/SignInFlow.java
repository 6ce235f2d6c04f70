package dev.gatehouse.signin;

import dev.gatehouse.identity.Due;
import dev.gatehouse.signin.ProofKind.Role;
import dev.gatehouse.signin.SignInStep.Way;
import dev.gatehouse.signin.SignInStep.Why;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signing in as a function: what has been shown so far, and what happens now, give what has been shown then; that, and how the account stands, give what comes next.
 * Nothing here asks a database or a clock, so that no order of events, no second tab and no form of somebody else can be a case that was not thought of (decision
 * 0277).
 */
final class SignInFlow {
    /** How long what was shown counts for a sign-in that is under way. */
    static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private SignInFlow() {}

    /**
     * What a sign-in is to amount to. {@code since}: nothing shown earlier will do; for level two that is said of the second factor, since whoever has a session has
     * shown a first. {@code account}: nobody else will do.
     */
    record Wanted(Level level, Optional<Instant> since, Optional<UserId> account) {
        static final Wanted ANYTHING = new Wanted(Level.ONE, Optional.empty(), Optional.empty());

        private boolean isLateEnough(Instant at) {
            return since.isEmpty() || !at.isBefore(since.get());
        }
    }

    /** Something that was shown, and when. */
    record Proof(ProofKind kind, Instant at) {
        private boolean isFresh(Instant now) {
            return at.plus(GOOD_FOR).isAfter(now);
        }
    }

    /** What the session that is there already amounts to. */
    record Held(Instant firstAt, Optional<Instant> secondAt, List<String> amr) {
        Held {
            amr = List.copyOf(amr);
        }

        static Held of(BrowserSession session) {
            return new Held(session.authTime(), session.secondFactorAt(), session.amr());
        }

        /** Something that is known, so that something that is had can be beside it. */
        private boolean isByWord() {
            return amr.contains("pwd") || amr.contains("fed");
        }
    }

    /** How an account stands at this moment. {@code owed} is what has to be done before anything is given. */
    record Standing(UserId account, boolean locked, boolean authenticator, boolean passkeys, Set<Due> owed) {
        Standing {
            owed = Set.copyOf(owed);
        }
    }

    /** A sign-in under way. All that was shown is of one account. */
    record State(Wanted wanted, Optional<UserId> account, Optional<Held> held, List<Proof> proofs) {
        State {
            proofs = List.copyOf(proofs);
        }

        static State begun(Wanted wanted) {
            return new State(wanted, Optional.empty(), Optional.empty(), List.of());
        }

        private boolean any(Predicate<Proof> which) {
            return proofs.stream().anyMatch(which);
        }

        JsonObject toJson() {
            var json = new JsonObject().put("level", wanted.level().name());
            wanted.since().ifPresent(at -> json.put("since", at.toEpochMilli()));
            wanted.account().ifPresent(who -> json.put("must_be", who.value()));
            account.ifPresent(who -> json.put("account", who.value()));
            held.ifPresent(had -> {
                var session = new JsonObject().put("first", had.firstAt().toEpochMilli());
                had.secondAt().ifPresent(at -> session.put("second", at.toEpochMilli()));
                json.put("session", session.put("amr", new JsonArray(had.amr())));
            });
            var shown = new JsonArray();
            for (Proof proof : proofs)
                shown.add(new JsonObject()
                        .put("kind", proof.kind().name())
                        .put("at", proof.at().toEpochMilli()));
            return json.put("proofs", shown);
        }

        static State from(JsonObject json) {
            var wanted = new Wanted(
                    Level.valueOf(json.getString("level")),
                    at(json.getLong("since")),
                    Optional.ofNullable(json.getString("must_be")).map(UserId::new));
            Optional<Held> held = Optional.ofNullable(json.getJsonObject("session"))
                    .map(had -> new Held(
                            Instant.ofEpochMilli(had.getLong("first")),
                            at(had.getLong("second")),
                            had.getJsonArray("amr").stream()
                                    .map(String.class::cast)
                                    .toList()));
            var shown = new ArrayList<Proof>();
            for (Object each : json.getJsonArray("proofs")) {
                var proof = (JsonObject) each;
                shown.add(new Proof(
                        ProofKind.valueOf(proof.getString("kind")), Instant.ofEpochMilli(proof.getLong("at"))));
            }
            return new State(
                    wanted, Optional.ofNullable(json.getString("account")).map(UserId::new), held, shown);
        }

        private static Optional<Instant> at(@Nullable Long millis) {
            return Optional.ofNullable(millis).map(Instant::ofEpochMilli);
        }
    }

    /** Somebody is here already. Whoever has shown to be another one meanwhile stays that one. */
    static State present(State state, UserId account, Held held) {
        if (state.account().isPresent() && !state.account().get().equals(account)) return state;
        return new State(state.wanted(), Optional.of(account), Optional.of(held), state.proofs());
    }

    /** Something was shown for an account. What was shown for another one is forgotten; what can only be second is worth nothing without a first. */
    static State shown(State before, ProofKind kind, Standing standing, Instant now) {
        State state = pruned(before, now);
        if (standing.locked()) return state;
        boolean same = state.account().filter(standing.account()::equals).isPresent();
        State mine =
                same ? state : new State(state.wanted(), Optional.of(standing.account()), Optional.empty(), List.of());
        if (!kind.opens() && !hasFirst(mine)) return same ? state : State.begun(state.wanted());
        var proofs = new ArrayList<>(mine.proofs());
        proofs.removeIf(earlier -> earlier.kind() == kind);
        proofs.add(new Proof(kind, now));
        return new State(mine.wanted(), mine.account(), mine.held(), proofs);
    }

    /** What comes next; {@code standing} is of the state's account, and empty only where it has none. */
    static SignInStep next(State before, Optional<Standing> standing, Instant now) {
        State state = pruned(before, now);
        if (state.account().isEmpty() || standing.isEmpty()) return new SignInStep.Identify();
        Standing stands = standing.get();
        UserId account = state.account().get();
        if (!stands.account().equals(account)) return new SignInStep.Identify();
        if (stands.locked()) return new SignInStep.Refused(Why.LOCKED);
        if (state.wanted().account().filter(who -> !who.equals(account)).isPresent())
            return new SignInStep.Refused(Why.SOMEBODY_ELSE);
        if (!hasFirst(state)) return new SignInStep.Identify();
        Optional<Instant> second = secondAt(state);
        if (second.isEmpty() && needsSecond(state, stands)) return second(stands);
        Level reached = second.isPresent() ? Level.TWO : Level.ONE;
        var done = new SignInStep.Done(
                reached.acr(),
                methods(state, second.isPresent()),
                second,
                !state.proofs().isEmpty());
        return first(stands.owed())
                .<SignInStep>map(due -> new SignInStep.Owes(due, done))
                .orElse(done);
    }

    private static Optional<Due> first(Set<Due> owed) {
        return owed.stream().min(Comparator.naturalOrder());
    }

    /** Without what has grown old; a second factor goes with the first that it was shown after. */
    private static State pruned(State state, Instant now) {
        var fresh = state.proofs().stream().filter(proof -> proof.isFresh(now)).toList();
        State left = new State(state.wanted(), state.account(), state.held(), fresh);
        if (hasFirst(left)) return left;
        return left.held().isPresent()
                ? new State(left.wanted(), left.account(), left.held(), List.of())
                : State.begun(left.wanted());
    }

    private static boolean hasFirst(State state) {
        return state.any(proof -> proof.kind().opens())
                || state.held().filter(had -> suffices(state, had)).isPresent();
    }

    /** For a second factor any session of theirs has the first. */
    private static boolean suffices(State state, Held held) {
        return state.wanted().level() == Level.TWO || state.wanted().isLateEnough(held.firstAt());
    }

    /** Whoever has set up an authenticator is asked for it after anything that is one factor, whatever is wanted. */
    private static boolean needsSecond(State state, Standing standing) {
        return state.wanted().level() == Level.TWO
                || (standing.authenticator() && state.any(proof -> proof.kind().isOneFactor()));
    }

    private static Optional<Instant> secondAt(State state) {
        boolean word = state.any(proof -> proof.kind().role() == Role.FIRST)
                || state.held().filter(Held::isByWord).isPresent();
        var all = new ArrayList<Instant>();
        for (Proof proof : state.proofs()) {
            Role role = proof.kind().role();
            if (role == Role.BOTH || role == Role.SECOND || (role == Role.EITHER && word)) all.add(proof.at());
        }
        state.held().flatMap(Held::secondAt).ifPresent(all::add);
        return all.stream().filter(state.wanted()::isLateEnough).max(Instant::compareTo);
    }

    private static SignInStep second(Standing standing) {
        var ways = EnumSet.noneOf(Way.class);
        if (standing.authenticator()) ways.add(Way.CODE);
        if (standing.passkeys()) ways.add(Way.PASSKEY);
        return ways.isEmpty() ? new SignInStep.Enrol() : new SignInStep.SecondFactor(ways);
    }

    private static List<String> methods(State state, boolean twice) {
        var all = new LinkedHashSet<String>();
        state.held().filter(had -> suffices(state, had)).ifPresent(had -> all.addAll(had.amr()));
        for (Proof proof : state.proofs()) all.addAll(proof.kind().methods());
        all.remove("mfa");
        if (twice) all.add("mfa");
        return List.copyOf(all);
    }
}
