package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.PasswordResets;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** /forgot: a name or a mail address, and a link to a new password goes out. What comes back is the same for everybody, at once: whether there is anybody is told by mail alone. */
public final class ForgotPage {
    static final String PATH = "/forgot";
    private static final String FORM = "forgot";
    private static final int LONGEST = 254;

    private final Supplier<Config> config;
    private final PasswordResets resets;
    private final MailAsks asks;
    private final Visitors visitors;

    ForgotPage(House house, MailAsks asks, Visitors visitors) {
        this.config = house.config();
        this.resets = house.resets();
        this.asks = asks;
        this.visitors = visitors;
    }

    /** What the template shows. */
    public record View(String flow, String proof, boolean sent) {}

    Future<Reply> show(Call call) {
        check(config.get());
        return visitors.of(call).map(visitor -> page(visitor, false));
    }

    Future<Reply> submit(Call call) {
        check(config.get());
        return visitors.of(call).map(visitor -> {
            visitors.check(call, visitor, FORM);
            asks.take(call);
            String name = visitor.sent().field("name").orElse("").strip();
            var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
            if (!name.isEmpty() && name.length() <= LONGEST)
                asks.begin(() -> resets.ask(name, MailAsks.browser(visitor.cookie()), by));
            return page(visitor, true);
        });
    }

    /** Refuses where nothing could come of it. */
    static void check(Config now) {
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        if (now.email().smtp().isEmpty()) throw Reason.MAIL_OFF.because("Ask the operator.");
    }

    private Reply page(Visitor visitor, boolean sent) {
        return visitors.page(200, "forgot", visitor, new View(visitor.flow(), visitors.proof(visitor, FORM), sent));
    }
}
