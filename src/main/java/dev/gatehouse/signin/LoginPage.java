package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Passkeys;
import dev.gatehouse.signin.PasswordCheck.Tried;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.time.Duration;
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
    private final Entrance entrance;
    private final Passkeys passkeys;
    private final Detours detours;
    private final OtherWays ways;

    LoginPage(
            House house,
            Visitors visitors,
            PasswordCheck passwords,
            Entrance entrance,
            Passkeys passkeys,
            OtherWays ways) {
        this.config = house.config();
        this.url = house.url();
        this.visitors = visitors;
        this.interactions = new Interactions(house.database(), house.random());
        this.passwords = passwords;
        this.entrance = entrance;
        this.passkeys = passkeys;
        this.detours = new Detours(house, interactions, entrance);
        this.ways = ways;
    }

    /**
     * What the template shows. {@code app} and {@code notice} are empty where there is nothing to say, {@code passkey} where passkeys cannot be; {@code password} is whether
     * this house takes them; {@code first} is whether the passkey comes before it.
     */
    public record View(
            String flow,
            String proof,
            String app,
            String username,
            String notice,
            String alert,
            boolean again,
            boolean register,
            String passkey,
            boolean first,
            boolean password,
            OtherWays.Buttons ways) {}

    /** What the template of the choice shows. */
    public record Choice(String flow, String proof, String app, String username) {}

    Future<Reply> show(Call call) {
        if (!config.get().login().enabled() && !ways.exist())
            throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        return visitors.of(call).compose(visitor -> detours.of(call, visitor).orElseGet(() -> stepped(call, visitor)));
    }

    /** Whoever is here already is asked for what is missing alone. */
    private Future<Reply> stepped(Call call, Visitor visitor) {
        if (visitor.sent().field("other").isPresent() || wantsChoice(visitor))
            return Future.succeededFuture(shown(call, visitor));
        return entrance.stepUp(visitor).map(reply -> reply.orElseGet(() -> shown(call, visitor)));
    }

    private Reply shown(Call call, Visitor visitor) {
        boolean other = visitor.sent().field("other").isPresent();
        boolean present = visitor.session().isPresent();
        if (present && !other && wantsChoice(visitor)) return choice(visitor);
        if (present && !other && visitor.interaction().isEmpty()) return Reply.seeOther("/");
        String notice = visitor.sent().field("registered").isPresent() ? "login.registered" : "";
        if (visitor.sent().field("connect").isPresent()) notice = "login.connect";
        String alert = visitor.sent().field(PasskeyPages.REFUSED).isPresent() ? "login.passkey.wrong" : "";
        if (visitor.sent().field("declined").isPresent()) alert = "login.with.declined";
        boolean first = alert.isEmpty() && PasskeyCookie.with(call, url);
        return form(200, visitor, usernameToOffer(visitor, other), first, notice, alert);
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
        return interactions
                .chosen(visitor.flow(), visitor.cookie())
                .map(done -> Reply.seeOther(Entrance.onward(visitor)));
    }

    private Future<Reply> signIn(Call call, Visitor visitor) {
        String name = visitor.sent().field("username").orElse("").strip();
        return Future.<Reply>future(promise -> {
                    Tried tried = passwords.tried(
                            call, name, visitor.sent().field("password").orElse(""));
                    passwords
                            .passed(
                                    tried,
                                    candidate -> entrance.first(
                                            visitor,
                                            call,
                                            ProofKind.PASSWORD,
                                            candidate.person(),
                                            candidate.passwordChangedAt(),
                                            candidate.standing()))
                            .compose(came -> entrance.answer(came, visitor, call, tried.origin()))
                            .onComplete(promise);
                })
                .recover(cause -> again(visitor, name, cause));
    }

    /** The form once more, with what was wrong. HTTP has 401 for challenges only, so a wrong password is an ordinary answer. */
    private Future<Reply> again(Visitor visitor, String name, Throwable cause) {
        if (!(cause instanceof Refusal refusal)) return Future.failedFuture(cause);
        String shown = name.length() <= 64 ? name : "";
        if (PasswordCheck.isWrong(cause))
            return Future.succeededFuture(form(200, visitor, shown, false, "", "login.wrong"));
        if (refusal.retryAfter().isEmpty()) return Future.failedFuture(cause);
        Duration wait = refusal.retryAfter().get();
        String seconds = Long.toString(Math.max(1, wait.toSeconds()));
        boolean tooMany = refusal.problem() == Reason.TOO_MANY_ATTEMPTS;
        return Future.succeededFuture(form(
                        refusal.problem().status(),
                        visitor,
                        shown,
                        false,
                        "",
                        tooMany ? "login.wait" : "login.busy",
                        minutes(wait))
                .with("Retry-After", seconds));
    }

    private static long minutes(Duration wait) {
        return Math.max(1, (wait.toSeconds() + 59) / 60);
    }

    private Reply form(
            int status,
            Visitor visitor,
            String username,
            boolean first,
            String notice,
            String alert,
            Object... values) {
        boolean taken = passkeys.possible() && config.get().login().passkey();
        Words words = visitor.visit().words();
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
                config.get().accounts().registrationOpen(),
                taken ? visitors.proof(visitor, PasskeyPages.FORM) : "",
                taken && first,
                config.get().login().enabled(),
                ways.buttons(visitor));
        return visitors.page(
                status, "login", visitor, ways.leading(visitor.visit().withScript()), view);
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
