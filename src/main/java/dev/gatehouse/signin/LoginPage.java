package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.signin.BrowserSignIns.Entered;
import dev.gatehouse.signin.BrowserSignIns.Entering;
import dev.gatehouse.signin.PasswordCheck.Tried;
import dev.gatehouse.signin.SignInFlow.Wanted;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** /login for people: the form, what comes back from it, and the choice between going on as who one is and somebody else. */
public final class LoginPage {
    /** The form's name in its proof. */
    private static final String FORM = "login";

    private static final String CHOICE = "choose";

    private final Supplier<Config> config;
    private final String url;
    private final Visitors visitors;
    private final Interactions interactions;
    private final PasswordCheck passwords;
    private final BrowserSignIns signIns;
    private final BrowserTokens sessions;
    private final Detours detours;
    private final AuditTrail trail;
    private final InstantSource clock;

    LoginPage(House house, Visitors visitors, PasswordCheck passwords, BrowserTokens sessions) {
        this.config = house.config();
        this.url = house.url();
        this.visitors = visitors;
        this.interactions = new Interactions(house.database(), house.random());
        this.passwords = passwords;
        this.signIns = new BrowserSignIns(house.database(), house.random());
        this.sessions = sessions;
        this.detours = new Detours(house, interactions);
        this.trail = house.trail();
        this.clock = house.clock();
    }

    /** What the template shows. {@code app} and {@code notice} are empty where there is nothing to say. */
    public record View(
            String flow,
            String proof,
            String app,
            String username,
            String notice,
            String alert,
            boolean again,
            boolean register) {}

    /** What the template of the choice shows. */
    public record Choice(String flow, String proof, String app, String username) {}

    Future<Reply> show(Call call) {
        if (!config.get().login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        return visitors.of(call)
                .compose(visitor -> detours.of(call, visitor).orElseGet(() -> Future.succeededFuture(shown(visitor))));
    }

    private Reply shown(Visitor visitor) {
        boolean other = visitor.sent().field("other").isPresent();
        boolean present = visitor.session().isPresent();
        if (present && !other && wantsChoice(visitor)) return choice(visitor);
        if (present && !other && visitor.interaction().isEmpty()) return Reply.seeOther("/");
        String notice = visitor.sent().field("registered").isPresent() ? "login.registered" : "";
        return form(200, visitor, usernameToOffer(visitor, other), notice, "");
    }

    /** The flow says so, or the client asked for it and nobody has chosen yet. */
    private static boolean wantsChoice(Visitor visitor) {
        return visitor.sent().field(CHOICE).isPresent() && visitor.interaction().isPresent();
    }

    private static String usernameToOffer(Visitor visitor, boolean other) {
        if (other) return "";
        return visitor.session()
                .map(session -> session.person().username())
                .or(() -> visitor.asked("login_hint").filter(hint -> hint.length() <= 64))
                .orElse("");
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return visitor.sent().field(CHOICE).isPresent() ? chosen(visitor) : signIn(call, visitor);
        });
    }

    private Future<Reply> chosen(Visitor visitor) {
        if (visitor.interaction().isEmpty() || visitor.session().isEmpty())
            return Future.succeededFuture(Reply.seeOther(
                    visitor.visit().onwardTo("/login?other=1&" + Interaction.PARAMETER + "=" + visitor.flow())));
        return interactions.chosen(visitor.flow(), visitor.cookie()).map(done -> Reply.seeOther(onward(visitor)));
    }

    private Future<Reply> signIn(Call call, Visitor visitor) {
        String name = visitor.sent().field("username").orElse("").strip();
        return Future.<Reply>future(promise -> {
                    Tried tried = passwords.tried(
                            call, name, visitor.sent().field("password").orElse(""));
                    passwords
                            .passed(
                                    tried,
                                    candidate -> signIns.enter(
                                            entering(candidate),
                                            visitor.cookie(),
                                            visitor.interaction().map(Interaction::handle),
                                            call,
                                            tried.config().tokens().session()))
                            .compose(entered -> welcomed(visitor, entered, tried.origin()))
                            .onComplete(promise);
                })
                .recover(cause -> again(visitor, name, cause));
    }

    private Entering entering(Candidate candidate) {
        Instant now = clock.instant();
        var state = SignInFlow.shown(
                SignInFlow.State.begun(Wanted.ANYTHING), ProofKind.PASSWORD, candidate.standing(), now);
        var done = (SignInStep.Done) SignInFlow.next(state, Optional.of(candidate.standing()), now);
        return new Entering(candidate.person(), candidate.passwordChangedAt(), done, Optional.empty());
    }

    private Future<Reply> welcomed(Visitor visitor, Entered entered, Source origin) {
        sessions.forget(visitor.cookie().value().reveal());
        var client = visitor.interaction().map(Interaction::client).orElse(Client.GATEHOUSE);
        return trail.record(new LoggedIn(entered.person().id(), entered.session(), client, origin))
                .map(recorded -> Reply.seeOther(onward(visitor))
                        .with("Set-Cookie", entered.cookie().set(url)));
    }

    /** Where somebody goes who has done what was asked here. */
    private static String onward(Visitor visitor) {
        return visitor.interaction()
                .map(Interaction::onward)
                .map(visitor.visit()::onwardTo)
                .orElse("/");
    }

    /** The form once more, with what was wrong. HTTP has 401 for challenges only, so a wrong password is an ordinary answer. */
    private Future<Reply> again(Visitor visitor, String name, Throwable cause) {
        if (!(cause instanceof Refusal refusal)) return Future.failedFuture(cause);
        String shown = name.length() <= 64 ? name : "";
        if (PasswordCheck.isWrong(cause)) return Future.succeededFuture(form(200, visitor, shown, "", "login.wrong"));
        if (refusal.retryAfter().isEmpty()) return Future.failedFuture(cause);
        Duration wait = refusal.retryAfter().get();
        String seconds = Long.toString(Math.max(1, wait.toSeconds()));
        boolean tooMany = refusal.problem() == Reason.TOO_MANY_ATTEMPTS;
        return Future.succeededFuture(form(
                        refusal.problem().status(),
                        visitor,
                        shown,
                        "",
                        tooMany ? "login.wait" : "login.busy",
                        minutes(wait))
                .with("Retry-After", seconds));
    }

    private static long minutes(Duration wait) {
        return Math.max(1, (wait.toSeconds() + 59) / 60);
    }

    private Reply form(int status, Visitor visitor, String username, String notice, String alert, Object... values) {
        Words words = Words.in(visitor.visit().language());
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.app().orElse(""),
                username,
                notice.isEmpty() ? "" : words.say(notice),
                alert.isEmpty() ? "" : words.say(alert, values),
                visitor.session()
                        .filter(who -> who.person().username().equals(username))
                        .isPresent(),
                config.get().accounts().registrationOpen());
        return visitors.page(status, "login", visitor, visitor.visit().withScript(), view);
    }

    private Reply choice(Visitor visitor) {
        var view = new Choice(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.app().orElse(""),
                visitor.session().map(session -> session.person().username()).orElse(""));
        return visitors.page(200, "choose", visitor, view);
    }
}
