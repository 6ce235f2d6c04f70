package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.PasswordCheck.Tried;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * /account/password: a new one for whoever knows the present one, or, where the account has none, a first one for whoever showed just now who they are. Other browsers
 * and apps are signed out with it, if the person wants.
 */
public final class PasswordPage {
    static final String PATH = "/account/password";
    private static final String FORM = "password";

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final PasswordCheck passwords;
    private final PasswordChanges changes;
    private final PersonalSessions sessions;
    private final FreshProof fresh;

    PasswordPage(House house, Visitors visitors, PasswordCheck passwords) {
        this.config = house.config();
        this.visitors = visitors;
        this.passwords = passwords;
        this.changes = new PasswordChanges(house);
        this.sessions = new PersonalSessions(house);
        this.fresh = new FreshProof(house.clock());
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about, and {@code first}: there is no password yet. */
    public record View(String proof, String username, boolean first, String alert, String field, int minLength) {}

    Future<Reply> show(Call call) {
        return visitors.of(call)
                .compose(visitor ->
                        admitted(visitor, first -> Future.succeededFuture(form(200, visitor, first, Complaint.NONE))));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call)
                .compose(visitor -> admitted(visitor, first -> {
                    visitors.check(call, visitor, FORM);
                    var source = Source.address(call.clientAddress().getHostAddress());
                    return Future.<Reply>future(promise ->
                                    (first ? set(visitor, source) : changed(call, visitor, source)).onComplete(promise))
                            .recover(cause -> again(visitor, first, cause));
                }));
    }

    /** What is asked of somebody depends on whether there is a password: it, or a proof of the last minutes. */
    private Future<Reply> admitted(Visitor visitor, Function<Boolean, Future<Reply>> onward) {
        Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
        if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
        return changes.isThere(visitor.person().id())
                .compose(isThere -> isThere
                        ? onward.apply(false)
                        : fresh.missing(visitor, PATH)
                                .map(Future::succeededFuture)
                                .orElseGet(() -> onward.apply(true)));
    }

    private Future<Reply> set(Visitor visitor, Source source) {
        if (!config.get().login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        return changes.set(visitor.person().id(), wanted(visitor), source)
                .compose(set -> set
                        ? others(visitor, source).map(AccountPage.PATH + "?changed=1")
                        : Future.succeededFuture(PATH))
                .map(next -> Reply.seeOther(visitor.visit().onwardTo(next)));
    }

    private Future<Reply> changed(Call call, Visitor visitor, Source source) {
        Password wanted = wanted(visitor);
        Tried tried = passwords.tried(
                call,
                visitor.person().username(),
                visitor.sent().field("current").orElse(""));
        return passwords
                .passed(tried, candidate -> ofThem(visitor, candidate, wanted, source))
                .compose(done -> others(visitor, source))
                .map(done -> Reply.seeOther(visitor.visit().onwardTo(AccountPage.PATH + "?changed=1")));
    }

    private Password wanted(Visitor visitor) {
        Password wanted = Password.typed(visitor.sent().field("new").orElse(""));
        new PasswordPolicy(config.get().login().minLength())
                .check(wanted, new Username(visitor.person().username()));
        return wanted;
    }

    private Future<Optional<Boolean>> ofThem(Visitor visitor, Candidate candidate, Password wanted, Source source) {
        return candidate
                        .person()
                        .id()
                        .equals(visitor.session().orElseThrow().person().id())
                ? changes.change(candidate, wanted, source)
                : Future.succeededFuture(Optional.empty());
    }

    private Future<?> others(Visitor visitor, Source source) {
        BrowserSession own = visitor.session().orElseThrow();
        return visitor.sent().field("others").isPresent()
                ? sessions.endOthers(own.person().id(), own.id(), source)
                : Future.succeededFuture();
    }

    private Future<Reply> again(Visitor visitor, boolean first, Throwable cause) {
        if (!(cause instanceof Refusal refusal)) return Future.failedFuture(cause);
        Words words = visitor.visit().words();
        if (PasswordCheck.isWrong(cause))
            return Future.succeededFuture(
                    form(200, visitor, first, new Complaint(words.say("change.wrong"), "current")));
        Optional<Complaint> wrong = Complaint.of(cause, visitor, config.get());
        if (wrong.isPresent())
            return Future.succeededFuture(
                    form(422, visitor, first, new Complaint(wrong.get().alert(), "new")));
        if (refusal.problem() != Reason.TOO_MANY_ATTEMPTS
                || refusal.retryAfter().isEmpty()) return Future.failedFuture(cause);
        long seconds = Math.max(1, refusal.retryAfter().get().toSeconds());
        var wait = new Complaint(words.say("login.wait", (seconds + 59) / 60), "current");
        return Future.succeededFuture(form(429, visitor, first, wait).with("Retry-After", Long.toString(seconds)));
    }

    private Reply form(int status, Visitor visitor, boolean first, Complaint wrong) {
        var view = new View(
                visitors.proof(visitor, FORM),
                visitor.person().username(),
                first,
                wrong.alert(),
                wrong.field(),
                config.get().login().minLength());
        return visitors.page(status, "password", visitor, visitor.visit().withScript(), view);
    }
}
