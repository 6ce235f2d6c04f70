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
import java.util.function.Supplier;

/** /account/password: a new one for whoever knows the present one; other browsers and apps are signed out with it, if the person wants. */
public final class PasswordPage {
    static final String PATH = "/account/password";
    private static final String FORM = "password";

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final PasswordCheck passwords;
    private final PasswordChanges changes;
    private final PersonalSessions sessions;

    PasswordPage(House house, Visitors visitors, PasswordCheck passwords) {
        this.config = house.config();
        this.visitors = visitors;
        this.passwords = passwords;
        this.changes = new PasswordChanges(house);
        this.sessions = new PersonalSessions(house);
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about. */
    public record View(String proof, String username, String alert, String field, int minLength) {}

    Future<Reply> show(Call call) {
        return visitors.of(call)
                .map(visitor -> FreshProof.nobody(visitor, PATH).orElseGet(() -> form(200, visitor, "", "")));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            return changed(call, visitor);
        });
    }

    private Future<Reply> changed(Call call, Visitor visitor) {
        String name = visitor.session().orElseThrow().person().username();
        var source = Source.address(call.clientAddress().getHostAddress());
        return Future.<Reply>future(promise -> {
                    Password wanted = Password.typed(visitor.sent().field("new").orElse(""));
                    new PasswordPolicy(config.get().login().minLength()).check(wanted, new Username(name));
                    Tried tried = passwords.tried(
                            call, name, visitor.sent().field("current").orElse(""));
                    passwords
                            .passed(tried, candidate -> ofThem(visitor, candidate, wanted, source))
                            .compose(done -> others(visitor, source))
                            .map(done -> Reply.seeOther(visitor.visit().onwardTo(AccountPage.PATH + "?changed=1")))
                            .onComplete(promise);
                })
                .recover(cause -> again(visitor, cause));
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

    private Future<Reply> again(Visitor visitor, Throwable cause) {
        if (!(cause instanceof Refusal refusal)) return Future.failedFuture(cause);
        Words words = Words.in(visitor.visit().language());
        if (PasswordCheck.isWrong(cause))
            return Future.succeededFuture(form(200, visitor, words.say("change.wrong"), "current"));
        Optional<Complaint> wrong = Complaint.of(cause, visitor, config.get());
        if (wrong.isPresent())
            return Future.succeededFuture(form(422, visitor, wrong.get().alert(), "new"));
        if (refusal.problem() != Reason.TOO_MANY_ATTEMPTS
                || refusal.retryAfter().isEmpty()) return Future.failedFuture(cause);
        long seconds = Math.max(1, refusal.retryAfter().get().toSeconds());
        return Future.succeededFuture(form(429, visitor, words.say("login.wait", (seconds + 59) / 60), "current")
                .with("Retry-After", Long.toString(seconds)));
    }

    private Reply form(int status, Visitor visitor, String alert, String field) {
        var view = new View(
                visitors.proof(visitor, FORM),
                visitor.session().orElseThrow().person().username(),
                alert,
                field,
                config.get().login().minLength());
        return visitors.page(status, "password", visitor, visitor.visit().withScript(), view);
    }
}
