package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Profile;
import dev.gatehouse.identity.Profiles;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** /account/email: another mail address, which counts from when the link is used that is sent there; until then the account keeps the one it has. */
public final class EmailPage {
    static final String PATH = "/account/email";

    private static final String FORM = "email";

    /** Whatever comes of it, so that nobody learns by it whose an address is. */
    private static final TokenBucket EACH_ACCOUNT = new TokenBucket(3, Duration.ofHours(1));

    private static final int MOST_ACCOUNTS = 10_000;

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final FreshProof fresh;
    private final Profiles profiles;
    private final MailVerification verification;
    private final MailAsks asks;
    private final LimitTable<String> accounts;

    EmailPage(House house, Visitors visitors, MailAsks asks) {
        this.config = house.config();
        this.visitors = visitors;
        this.fresh = new FreshProof(house.clock());
        this.profiles = new Profiles(house.database(), house.trail());
        this.verification = house.verification();
        this.asks = asks;
        this.accounts = new LimitTable<>(EACH_ACCOUNT, MOST_ACCOUNTS, house.clock());
    }

    /** What the template shows. {@code sent}: a link is on its way. */
    public record View(
            String proof, Optional<String> address, boolean verified, String typed, String alert, boolean sent) {}

    Future<Reply> show(Call call) {
        check();
        return visitors.of(call).compose(visitor -> fresh.missing(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> page(200, visitor, "")));
    }

    private void check() {
        if (config.get().email().smtp().isEmpty()) throw Reason.MAIL_OFF.because("No address is changed here.");
    }

    Future<Reply> submit(Call call) {
        check();
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            return asked(call, visitor);
        });
    }

    private Future<Reply> asked(Call call, Visitor visitor) {
        Optional<EmailAddress> wanted = wanted(visitor);
        if (wanted.isEmpty()) return page(422, visitor, "register.wrong.email_invalid");
        asks.take(call);
        Optional<Duration> wait = accounts.take(visitor.person().id().value());
        if (wait.isPresent())
            return page(429, visitor, "email.enough")
                    .map(reply ->
                            reply.with("Retry-After", Long.toString(wait.get().toSeconds() + 1)));
        return verification
                .change(visitor.person().id(), wanted.get(), MailAsks.browser(visitor.cookie()))
                .map(sent -> Reply.seeOther(visitor.visit().onwardTo(PATH + "?sent=1")));
    }

    private static Optional<EmailAddress> wanted(Visitor visitor) {
        try {
            return Optional.of(EmailAddress.parse(typed(visitor)));
        } catch (Refusal wrong) {
            return Optional.empty();
        }
    }

    private static String typed(Visitor visitor) {
        return visitor.sent().field("email").orElse("").strip();
    }

    private Future<Reply> page(int status, Visitor visitor, String alert) {
        return profiles.of(visitor.person().id()).map(profile -> {
            var view = new View(
                    visitors.proof(visitor, FORM),
                    profile.flatMap(Profile::email),
                    profile.filter(Profile::emailVerified).isPresent(),
                    typed(visitor),
                    alert.isEmpty() ? "" : visitor.visit().words().say(alert),
                    alert.isEmpty() && visitor.sent().field("sent").isPresent());
            return visitors.page(status, "email", visitor, view);
        });
    }
}
