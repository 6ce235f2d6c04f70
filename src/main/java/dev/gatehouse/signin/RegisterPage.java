package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.Terms;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Invitations;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Newcomer;
import dev.gatehouse.identity.Newcomers;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * /register for people. Whether a name is taken, or an address known, is not told: all cases end at the sign-in page with the same words, after the same work; who made
 * the account signs in to it there. What there is to tell is told by mail, to whoever reads the mails of the address.
 */
public final class RegisterPage {
    private static final String FORM = "register";
    private static final String INVITATION = "invitation";

    /**
     * No answer to a registration that could be leaves sooner: a name that is free costs more statements than one that is taken, and a mail or none. It is several times
     * what hash and statements take where nobody waits for them; where many do, their number tells nothing of one name.
     */
    private static final Duration SOONEST = Duration.ofMillis(400);

    private final Supplier<Config> config;
    private final Newcomers newcomers;
    private final Invitations invitations;
    private final MailVerification verification;
    private final Dues dues;
    private final Visitors visitors;
    private final OtherWays ways;
    private final NewcomerRate rate;
    private final Vertx vertx;

    RegisterPage(House house, Visitors visitors, OtherWays ways, NewcomerRate rate) {
        this.config = house.config();
        this.newcomers = house.newcomers();
        this.invitations = house.invitations();
        this.verification = house.verification();
        this.dues = house.dues();
        this.visitors = visitors;
        this.ways = ways;
        this.rate = rate;
        this.vertx = house.vertx();
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about. */
    public record View(
            String flow,
            String proof,
            String app,
            String invitation,
            String username,
            String email,
            Optional<Terms> terms,
            String alert,
            String field,
            int minLength,
            OtherWays.Buttons ways) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<String> invitation = invitation(visitor);
            checkMayCome(invitation);
            return invitation
                    .map(invitations::look)
                    .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                    .map(email -> form(200, visitor, "", email.orElse(""), Complaint.NONE));
        });
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            checkMayCome(invitation(visitor));
            visitors.check(call, visitor, FORM);
            return register(call, visitor);
        });
    }

    private void checkMayCome(Optional<String> invitation) {
        if (!config.get().login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        newcomers.checkMayCome(invitation);
    }

    private static Optional<String> invitation(Visitor visitor) {
        return visitor.sent().field(INVITATION).filter(code -> !code.isEmpty());
    }

    private Future<Reply> register(Call call, Visitor visitor) {
        return Future.<Reply>future(promise -> made(call, visitor).onComplete(promise))
                .recover(cause -> again(visitor, cause));
    }

    private Future<Reply> made(Call call, Visitor visitor) {
        Username name = Username.parse(typed(visitor, "username"));
        EmailAddress address = EmailAddress.parse(typed(visitor, "email"));
        Password password = Password.typed(visitor.sent().field("password").orElse(""));
        var newcomer = new Newcomer(
                name,
                Optional.of(password),
                Optional.of(address),
                false,
                List.of(),
                List.of(),
                newcomers.accepted(visitor.sent().field("terms")));
        var brought = new Newcomers.Brought(
                invitation(visitor), visitor.visit().language().tag(), MailAsks.browser(visitor.cookie()));
        var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
        rate.take(call);
        Future<Void> soonest =
                vertx.timer(SOONEST.toMillis(), TimeUnit.MILLISECONDS).mapEmpty();
        return newcomers
                .add(newcomer, brought, by)
                .<Void>mapEmpty()
                .recover(cause ->
                        taken(cause) ? verification.notRegistered(address.value()) : Future.failedFuture(cause))
                .compose(done -> soonest)
                .map(done -> done(visitor));
    }

    private Future<Reply> again(Visitor visitor, Throwable cause) {
        return Complaint.of(cause, visitor, config.get())
                .map(wrong -> Future.succeededFuture(
                        form(422, visitor, typed(visitor, "username"), typed(visitor, "email"), wrong)))
                .orElseGet(() -> Future.failedFuture(cause));
    }

    private static String typed(Visitor visitor, String field) {
        return visitor.sent().field(field).orElse("").strip();
    }

    private static boolean taken(Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == Reason.USERNAME_TAKEN;
    }

    private Reply done(Visitor visitor) {
        String flow = visitor.flow().isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + visitor.flow();
        if (dues.isMailToBeVerified())
            return Reply.seeOther(
                    visitor.visit().onwardTo(VerifyPage.PATH + (flow.isEmpty() ? "" : "?" + flow.substring(1))));
        return Reply.seeOther(visitor.visit().onwardTo("/login?registered=1&other=1" + flow));
    }

    private Reply form(int status, Visitor visitor, String username, String email, Complaint wrong) {
        Config now = config.get();
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.app().orElse(""),
                invitation(visitor).filter(code -> code.length() <= 64).orElse(""),
                username.length() <= 64 ? username : "",
                email.length() <= 254 ? email : "",
                now.accounts().terms(),
                wrong.alert(),
                wrong.field(),
                now.login().minLength(),
                ways.buttons(visitor));
        Reply page = visitors.page(
                status, "register", visitor, ways.leading(visitor.visit().withScript()), view);
        return view.invitation().isEmpty() ? page : ResetPage.hidden(page);
    }
}
