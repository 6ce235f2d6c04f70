package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.PasswordResets;
import dev.gatehouse.identity.PasswordResets.Pending;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * /reset: where the link of a mail leads. Opening it uses nothing up; sending a new password does. In another browser than the one that asked, as on a phone, the page
 * says so and wants the name or the address once more, which a link that went astray does not tell (decision 0276).
 */
public final class ResetPage {
    static final String PATH = "/reset";
    private static final String KEY = "key";
    private static final String FORM = "reset";

    private final Supplier<Config> config;
    private final PasswordResets resets;
    private final MailAsks asks;
    private final Visitors visitors;

    ResetPage(House house, MailAsks asks, Visitors visitors) {
        this.config = house.config();
        this.resets = house.resets();
        this.asks = asks;
        this.visitors = visitors;
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about. {@code username} is empty where it has to be written. */
    public record View(String key, String proof, String username, String alert, String field, int minLength) {
        public boolean elsewhere() {
            return username.isEmpty();
        }
    }

    /** What the last page shows: nothing that would have to be known. */
    public record Done() {}

    Future<Reply> show(Call call) {
        ForgotPage.check(config.get());
        return visitors.of(call).compose(visitor -> {
            if (visitor.sent().field("done").isPresent())
                return Future.succeededFuture(hidden(visitors.page(200, "reset-done", visitor, new Done())));
            if (visitor.sent().field(KEY).isEmpty())
                return Future.succeededFuture(Reply.seeOther(visitor.visit().onwardTo(ForgotPage.PATH)));
            return pending(visitor).map(pending -> form(200, visitor, pending, Complaint.NONE));
        });
    }

    Future<Reply> submit(Call call) {
        ForgotPage.check(config.get());
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return pending(visitor).compose(pending -> submitted(call, visitor, pending));
        });
    }

    private Future<Pending> pending(Visitor visitor) {
        return resets.look(key(visitor)).map(found -> found.orElseThrow(ResetPage::over));
    }

    private Future<Reply> submitted(Call call, Visitor visitor, Pending pending) {
        if (isElsewhere(visitor, pending)) {
            asks.take(call);
            if (!pending.isCalled(visitor.sent().field("name").orElse("").strip()))
                return Future.succeededFuture(form(422, visitor, pending, wrongName(visitor)));
        }
        var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
        return Future.<Reply>future(promise -> reset(visitor, pending, by).onComplete(promise))
                .recover(cause -> again(visitor, pending, cause));
    }

    private Future<Reply> reset(Visitor visitor, Pending pending, Accounts.By by) {
        Password password = Password.typed(visitor.sent().field("password").orElse(""));
        new PasswordPolicy(config.get().login().minLength()).check(password, new Username(pending.username()));
        return resets.reset(key(visitor), password, by)
                .map(account -> account.orElseThrow(ResetPage::over))
                .map(account -> Reply.seeOther(visitor.visit().onwardTo(PATH + "?done=1")));
    }

    private Future<Reply> again(Visitor visitor, Pending pending, Throwable cause) {
        return Complaint.of(cause, visitor, config.get())
                .map(wrong -> Future.succeededFuture(form(422, visitor, pending, wrong)))
                .orElseGet(() -> Future.failedFuture(cause));
    }

    private static Complaint wrongName(Visitor visitor) {
        return new Complaint(visitor.visit().words().say("reset.wrong.name"), "name");
    }

    private static boolean isElsewhere(Visitor visitor, Pending pending) {
        return !visitor.known() || !pending.browser().equals(MailAsks.browser(visitor.cookie()));
    }

    private Reply form(int status, Visitor visitor, Pending pending, Complaint wrong) {
        var view = new View(
                key(visitor),
                visitors.proof(visitor, FORM),
                isElsewhere(visitor, pending) ? "" : pending.username(),
                wrong.alert(),
                wrong.field(),
                config.get().login().minLength());
        var visit = visitor.visit().withScript();
        return hidden(visitors.page(status, "reset", visitor, status == 200 ? visit : visit.once(), view));
    }

    private static String key(Visitor visitor) {
        return visitor.sent().field(KEY).orElse("");
    }

    /** The address of this page opens an account: it is told to no other page and kept by no search engine. */
    static Reply hidden(Reply page) {
        return page.with("Referrer-Policy", "no-referrer").with("X-Robots-Tag", "noindex");
    }

    static Refusal over() {
        return Reason.LINK_OVER.because(
                "It was used before, it is older than ten minutes, or the account has changed since it was sent.");
    }
}
