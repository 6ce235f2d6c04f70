package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.MailVerification.Pending;
import dev.gatehouse.identity.Profile;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /verify: where the link of a mail leads that finds out whose an address is. Opening it uses nothing up; the button does, in any browser, for whoever reads the mail
 * is who was to be found. Without a link it is the page of those who wait for one, and go on from there.
 */
public final class VerifyPage {
    /** Also where somebody is sent who has to show that an address is theirs before they go on, with the handle of their interaction. */
    public static final String PATH = "/verify";

    static final String AGAIN = "/account/verify-mail";
    private static final String KEY = "key";
    private static final String FORM = "verify";
    private static final String FORM_AGAIN = "verify-again";

    private final Supplier<Config> config;
    private final MailVerification verification;
    private final Profiles profiles;
    private final MailAsks asks;
    private final Visitors visitors;

    VerifyPage(House house, MailAsks asks, Visitors visitors) {
        this.config = house.config();
        this.verification = house.verification();
        this.profiles = new Profiles(house.database(), house.trail());
        this.asks = asks;
        this.visitors = visitors;
    }

    /** What the page of a link shows. */
    public record View(String key, String proof, String username, String address, boolean change, boolean elsewhere) {}

    /** What the page of those shows who wait. {@code address} is absent where nobody is signed in, {@code onward} where nothing was interrupted. */
    public record Waiting(
            String flow, String proof, String app, Optional<String> address, Optional<String> onward, boolean sent) {}

    public record Done() {}

    Future<Reply> show(Call call) {
        check();
        return visitors.of(call).compose(visitor -> {
            if (visitor.sent().field("done").isPresent())
                return Future.succeededFuture(ResetPage.hidden(visitors.page(200, "verify-done", visitor, new Done())));
            return visitor.sent().field(KEY).isPresent() ? asked(visitor) : waiting(visitor);
        });
    }

    private void check() {
        if (config.get().email().smtp().isEmpty()) throw Reason.MAIL_OFF.because("No address is verified here.");
    }

    private Future<Reply> asked(Visitor visitor) {
        return verification.look(key(visitor)).map(found -> {
            Pending pending = found.orElseThrow(ResetPage::over);
            boolean elsewhere = !pending.browser().equals(MailAsks.browser(visitor.cookie()));
            var view = new View(
                    key(visitor),
                    visitors.proof(visitor, FORM),
                    pending.username(),
                    pending.address(),
                    pending.isChange(),
                    elsewhere);
            return ResetPage.hidden(visitors.page(200, "verify", visitor, view));
        });
    }

    Future<Reply> submit(Call call) {
        check();
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
            return verification
                    .confirm(key(visitor), by)
                    .map(account -> account.orElseThrow(ResetPage::over))
                    .map(account -> Reply.seeOther(visitor.visit().onwardTo(PATH + "?done=1")));
        });
    }

    private Future<Reply> waiting(Visitor visitor) {
        if (visitor.session().isEmpty()) return Future.succeededFuture(page(visitor, Optional.empty()));
        return profiles.of(visitor.session().get().person().id()).map(profile -> {
            if (profile.filter(Profile::emailVerified).isPresent())
                return Reply.seeOther(visitor.visit().onwardTo(onward(visitor).orElse("/")));
            return page(visitor, profile.flatMap(Profile::email));
        });
    }

    private Reply page(Visitor visitor, Optional<String> address) {
        var view = new Waiting(
                visitor.flow(),
                visitors.proof(visitor, FORM_AGAIN),
                visitor.app().orElse(""),
                address,
                onward(visitor),
                visitor.sent().field("sent").isPresent());
        return visitors.page(200, "verify-waiting", visitor, view);
    }

    /** Asking to go on asks again whether the address is verified. */
    private static Optional<String> onward(Visitor visitor) {
        return visitor.interaction().map(Interaction::onward);
    }

    /** POST: another link to the address of whoever is signed in. Too many mails look like one that was sent. */
    Future<Reply> again(Call call) {
        check();
        return visitors.of(call).compose(visitor -> {
            String flow = visitor.flow().isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + visitor.flow();
            if (visitor.session().isEmpty())
                return Future.succeededFuture(Reply.seeOther(visitor.visit().onwardTo("/login?return=" + PATH)));
            visitors.check(call, visitor, FORM_AGAIN);
            asks.take(call);
            return verification
                    .sendAgain(visitor.session().get().person().id(), MailAsks.browser(visitor.cookie()))
                    .map(sent -> Reply.seeOther(visitor.visit().onwardTo(PATH + "?sent=1" + flow)));
        });
    }

    private static String key(Visitor visitor) {
        return visitor.sent().field(KEY).orElse("");
    }
}
