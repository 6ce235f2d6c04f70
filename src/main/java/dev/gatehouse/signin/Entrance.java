package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.NewPlaces;
import dev.gatehouse.identity.NewPlaces.From;
import dev.gatehouse.identity.Person;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.signin.BrowserSignIns.Entered;
import dev.gatehouse.signin.BrowserSignIns.Entering;
import dev.gatehouse.signin.SignInFlow.Held;
import dev.gatehouse.signin.SignInFlow.Standing;
import dev.gatehouse.signin.SignInFlow.State;
import dev.gatehouse.signin.SignInFlow.Wanted;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.signin.SignInStep.Enrol;
import dev.gatehouse.signin.SignInStep.Owes;
import dev.gatehouse.signin.SignInStep.SecondFactor;
import dev.gatehouse.signin.SignInsUnderWay.At;
import dev.gatehouse.signin.SignInsUnderWay.Found;
import dev.gatehouse.signin.SignInsUnderWay.Kept;
import dev.gatehouse.signin.SignInsUnderWay.Stands;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where browsers come in: each proof that was given is told to {@link SignInFlow}, and what it says comes next is done. */
final class Entrance {
    private static final String HOME = "/";
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);

    private final Supplier<Config> config;
    private final String url;
    private final SignInsUnderWay underWay;
    private final BrowserSignIns signIns;
    private final BrowserTokens sessions;
    private final Dues dues;
    private final AuditTrail trail;
    private final NewPlaces newPlaces;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Onward onward;

    Entrance(House house, BrowserTokens sessions, Onward onward) {
        this.config = house.config();
        this.url = house.url();
        this.underWay = new SignInsUnderWay(house.database(), house.dues(), house.random());
        this.dues = house.dues();
        this.signIns = new BrowserSignIns(house.database(), house.random());
        this.sessions = sessions;
        this.trail = house.trail();
        this.newPlaces = house.newPlaces();
        this.clock = house.clock();
        this.random = house.random();
        this.onward = onward;
    }

    /** What came of a proof: the browser is in, or goes on to where more is asked. */
    sealed interface Came {
        /**
         * {@code passkeys}: they have some, and the house takes them. {@code next} is the page of what has to be done now: what is due, or setting up a second factor
         * that was wanted and is not there.
         */
        record In(Entered entered, boolean passkeys, Optional<String> next) implements Came {}

        record Further(String handle) implements Came {}
    }

    /** What is known of a sign-in at this moment. */
    private record Thought(
            State state,
            Person person,
            @Nullable OffsetDateTime passwordChangedAt,
            Standing standing,
            Optional<At> at) {
        Thought wanting(Wanted other) {
            return new Thought(
                    new State(other, state.account(), state.held(), state.proofs()),
                    person,
                    passwordChangedAt,
                    standing,
                    at);
        }

        Kept kept() {
            return new Kept(state, passwordChangedAt);
        }
    }

    /** A first proof, given for an account as it was read. Empty where that is not so any more. */
    Future<Optional<Came>> first(
            Visitor visitor,
            Call call,
            ProofKind kind,
            Person person,
            @Nullable OffsetDateTime passwordChangedAt,
            Standing standing) {
        State state = SignInFlow.shown(State.begun(wish(visitor).wanted()), kind, standing, clock.instant());
        var thought = new Thought(state, person, passwordChangedAt, taken(standing), Optional.empty());
        return came(thought, visitor, call, device(call));
    }

    /** A first proof that says by itself whose it is. Empty where nobody may come in by it. */
    Future<Optional<Came>> first(Visitor visitor, Call call, ProofKind kind, UserId account) {
        return underWay.stands(account)
                .compose(stands -> stands.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : first(
                                visitor,
                                call,
                                kind,
                                stands.get().person(),
                                stands.get().passwordChangedAt(),
                                stands.get().standing()));
    }

    /** One more proof in a sign-in under way. Empty where another caller was faster, or it was for nothing. */
    Future<Optional<Came>> further(Visitor visitor, Call call, ProofKind kind, Found found) {
        State state = SignInFlow.shown(found.kept().state(), kind, found.standing(), clock.instant());
        var thought = new Thought(
                state,
                found.person(),
                found.kept().passwordChangedAt(),
                taken(found.standing()),
                Optional.of(found.at()));
        return came(thought, visitor, call, device(call));
    }

    /** One more proof by somebody who is in, beside what the session has. By which the browser is known again, it does not say at pages of the account. */
    Future<Optional<Came>> beside(Visitor visitor, Call call, ProofKind kind) {
        BrowserSession session = visitor.session().orElseThrow();
        return underWay.stands(session.person().id()).compose(stands -> {
            if (stands.isEmpty()) return Future.succeededFuture(Optional.empty());
            var two = new Wanted(Level.TWO, Optional.empty(), Optional.empty());
            State state = SignInFlow.shown(
                    present(State.begun(two), session), kind, stands.get().standing(), clock.instant());
            return came(thought(state, stands.get()), visitor, call, Optional.empty());
        });
    }

    /** What the sign-in under way asks for now; refuses one that is over. */
    Future<Found> found(String handle, Visitor visitor) {
        return underWay.find(handle, visitor.cookie()).map(found -> found.orElseThrow(Entrance::over));
    }

    SignInStep step(Found found) {
        return SignInFlow.next(found.kept().state(), Optional.of(taken(found.standing())), clock.instant());
    }

    /** Somebody is here, and something more may be asked of them: where they give just that. Empty where they have to say who they are, or nothing is missing. */
    Future<Optional<Reply>> stepUp(Visitor visitor) {
        Wish wish = wish(visitor);
        if (visitor.session().isEmpty() || visitor.interaction().isEmpty() || wish.again())
            return Future.succeededFuture(Optional.empty());
        BrowserSession session = visitor.session().get();
        return underWay.stands(session.person().id()).compose(stands -> {
            if (stands.isEmpty()) return Future.succeededFuture(Optional.empty());
            var thought = thought(present(State.begun(wish.wanted()), session), stands.get());
            SignInStep step = SignInFlow.next(thought.state(), Optional.of(thought.standing()), clock.instant());
            if (step instanceof Enrol) return Future.succeededFuture(Optional.of(to(AuthenticatorPage.PATH, visitor)));
            if (!(step instanceof SecondFactor)) return Future.succeededFuture(Optional.empty());
            return kept(thought, visitor).map(further -> Optional.of(toSecond(visitor, further.handle())));
        });
    }

    /** What comes next for a session of which that is wanted, as far as it is known without asking how the account could show more. */
    SignInStep step(BrowserSession session, Wish wish) {
        if (wish.again()) return new SignInStep.Identify();
        var person = session.person();
        var standing = new Standing(person.id(), false, false, false, dues.of(person));
        return SignInFlow.next(present(State.begun(wish.wanted()), session), Optional.of(standing), clock.instant());
    }

    /** The answer to a proof: where nothing is missing for what a client asked, that client's. */
    Future<Reply> answer(Came came, Visitor visitor, Call call, Source origin) {
        return answer(came, visitor, call, origin, HOME);
    }

    /** {@code home} is where they go whom nobody sent. */
    Future<Reply> answer(Came came, Visitor visitor, Call call, Source origin, String home) {
        if (came instanceof Came.Further further) return Future.succeededFuture(toSecond(visitor, further.handle()));
        var in = (Came.In) came;
        return recorded(in, visitor, origin)
                .compose(recorded -> gone(in, visitor, call, home))
                .map(reply -> withCookies(reply, in));
    }

    /** A page that is shown to whoever has just given a proof, before they go on. */
    Future<Reply> shown(Reply page, Came came, Visitor visitor, Source origin) {
        if (!(came instanceof Came.In in)) return Future.succeededFuture(page);
        return recorded(in, visitor, origin).map(recorded -> withCookies(page, in));
    }

    /** Where somebody goes who has done what was asked here. */
    static String onward(Visitor visitor) {
        return onward(visitor, HOME);
    }

    private static String onward(Visitor visitor, String home) {
        return visitor.interaction()
                .map(Interaction::onward)
                .map(visitor.visit()::onwardTo)
                .orElse(home);
    }

    static RuntimeException over() {
        return Reason.SIGN_IN_OVER.because("It was finished before, it took too long, or it began in another browser.");
    }

    private Future<Void> recorded(Came.In in, Visitor visitor, Source origin) {
        sessions.forget(visitor.cookie().value().reveal());
        var client = visitor.interaction().map(Interaction::client).orElse(Client.GATEHOUSE);
        return trail.record(
                new LoggedIn(in.entered().person().id(), in.entered().session(), client, origin));
    }

    private Reply withCookies(Reply reply, Came.In in) {
        Reply known = reply.with("Set-Cookie", in.entered().cookie().set(url))
                .with("Set-Cookie", PasskeyCookie.set(in.passkeys(), url));
        return in.entered()
                .device()
                .map(device -> known.with("Set-Cookie", device.set(url)))
                .orElse(known);
    }

    private Future<Reply> gone(Came.In in, Visitor visitor, Call call, String home) {
        Optional<String> next = in.entered().leaves() ? Optional.of(KeepPage.PATH) : in.next();
        if (next.isPresent()) return Future.succeededFuture(to(next.get(), visitor));
        Reply there = Reply.seeOther(onward(visitor, home));
        return visitor.interaction()
                .filter(why -> why.page().isEmpty())
                .map(why -> continued(why.handle(), in.entered().cookie(), call, there))
                .orElseGet(() -> Future.succeededFuture(there));
    }

    /** They are in and must not lose the cookie that says so: where going on fails, the page that tries it once more tells them why. */
    private Future<Reply> continued(String handle, BrowserCookie browser, Call call, Reply otherwise) {
        return Future.<Reply>future(
                        promise -> onward.from(handle, browser, call).onComplete(promise))
                .onFailure(Entrance::logged)
                .otherwise(otherwise);
    }

    private static void logged(Throwable failure) {
        if (!(failure instanceof Refusal)) LOG.warn("somebody has signed in and could not be led on at once", failure);
    }

    private Future<Optional<Came>> came(Thought thought, Visitor visitor, Call call, Optional<DeviceCookie> device) {
        SignInStep step = SignInFlow.next(thought.state(), Optional.of(thought.standing()), clock.instant());
        if (step instanceof Done done) return entered(thought, done, Optional.empty(), visitor, call, device);
        if (step instanceof Owes owes)
            return entered(thought, owes.as(), Optional.of(DuePages.of(owes.due())), visitor, call, device);
        if (step instanceof Enrol) {
            Wanted anything = Wanted.ANYTHING;
            SignInStep less = SignInFlow.next(
                    thought.wanting(anything).state(), Optional.of(thought.standing()), clock.instant());
            Optional<String> enrols = Optional.of(AuthenticatorPage.PATH);
            if (less instanceof Done done) return entered(thought, done, enrols, visitor, call, device);
            if (less instanceof Owes owes) return entered(thought, owes.as(), enrols, visitor, call, device);
        }
        if (step instanceof SecondFactor) return kept(thought, visitor).map(Optional::of);
        return Future.succeededFuture(Optional.empty());
    }

    private Future<Optional<Came>> entered(
            Thought thought,
            Done done,
            Optional<String> next,
            Visitor visitor,
            Call call,
            Optional<DeviceCookie> device) {
        return signIns.enter(
                        new Entering(thought.person(), thought.passwordChangedAt(), done, thought.at()),
                        visitor.cookie(),
                        device,
                        counted(thought, visitor).map(Interaction::handle),
                        call,
                        config.get().tokens().session())
                .onSuccess(entered ->
                        entered.ifPresent(who -> newPlaces.signedIn(who.person().id(), from(call, who))))
                .map(entered ->
                        entered.map(who -> new Came.In(who, thought.standing().passkeys(), next)));
    }

    /** What the browser is known again by, from now on if it was not before. */
    private Optional<DeviceCookie> device(Call call) {
        return DeviceCookie.of(call, url).or(() -> Optional.of(DeviceCookie.fresh(random)));
    }

    private static From from(Call call, Entered who) {
        return new From(
                SourceNetwork.of(call.clientAddress()).value(),
                who.device().map(DeviceCookie::hash),
                String.join(" ", call.headers().getAll("User-Agent")),
                call.clientAddress().getHostAddress());
    }

    /** The flow that this is an act of; whoever wanted the whole sign-in is not given what a session had. */
    private static Optional<Interaction> counted(Thought thought, Visitor visitor) {
        return visitor.interaction()
                .filter(why -> !why.wish().again() || thought.state().held().isEmpty());
    }

    private Future<Came.Further> kept(Thought thought, Visitor visitor) {
        var account = thought.person().id();
        if (thought.at().isEmpty())
            return underWay.begin(visitor.cookie(), account, thought.kept()).map(Came.Further::new);
        return underWay.move(thought.at().get(), visitor.cookie(), account, thought.kept())
                .map(moved -> new Came.Further(moved.orElseThrow(Entrance::over).handle()));
    }

    private Thought thought(State state, Stands stands) {
        return new Thought(
                state, stands.person(), stands.passwordChangedAt(), taken(stands.standing()), Optional.empty());
    }

    /** A passkey that the house does not take any more is no way to show anything. An app that somebody has set up goes on to protect them. */
    private Standing taken(Standing standing) {
        return config.get().login().passkey()
                ? standing
                : new Standing(standing.account(), standing.locked(), standing.authenticator(), false, standing.owed());
    }

    private static State present(State state, BrowserSession session) {
        return SignInFlow.present(state, session.person().id(), Held.of(session));
    }

    private static Wish wish(Visitor visitor) {
        return visitor.interaction().map(Interaction::wish).orElse(Wish.NOTHING);
    }

    private static Reply toSecond(Visitor visitor, String handle) {
        return Reply.seeOther(visitor.visit()
                .onwardTo(SecondFactorPage.PATH + "?" + SecondFactorPage.STEP + "=" + handle
                        + (visitor.flow().isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + visitor.flow())));
    }

    /** A page of ours that stands in the way, which leads on from there. */
    private static Reply to(String page, Visitor visitor) {
        return Reply.seeOther(visitor.visit()
                .onwardTo(page + (visitor.flow().isEmpty() ? "" : "?" + Interaction.PARAMETER + "=" + visitor.flow())));
    }
}
