package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /register for people. Whether a name is taken, or an address known, is not told: all cases end at the sign-in page with the same words, after the same work; who made
 * the account signs in to it there. What there is to tell is told by mail, to whoever reads the mails of the address.
 */
public final class RegisterPage {
    private static final String FORM = "register";

    private final Supplier<Config> config;
    private final Accounts accounts;
    private final MailVerification verification;
    private final Visitors visitors;
    private final OtherWays ways;

    RegisterPage(House house, Visitors visitors, OtherWays ways) {
        this.config = house.config();
        this.accounts = house.accounts();
        this.verification = house.verification();
        this.visitors = visitors;
        this.ways = ways;
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about. */
    public record View(
            String flow,
            String proof,
            String app,
            String username,
            String email,
            String alert,
            String field,
            int minLength,
            OtherWays.Buttons ways) {}

    Future<Reply> show(Call call) {
        checkOpen();
        return visitors.of(call).map(visitor -> form(200, visitor, "", "", Optional.empty()));
    }

    Future<Reply> submit(Call call) {
        checkOpen();
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return register(call, visitor);
        });
    }

    private void checkOpen() {
        Config now = config.get();
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        if (!now.accounts().registrationOpen())
            throw Reason.REGISTRATION_CLOSED.because("Ask the operator for an account.");
    }

    private Future<Reply> register(Call call, Visitor visitor) {
        String username = visitor.sent().field("username").orElse("").strip();
        String email = visitor.sent().field("email").orElse("").strip();
        try {
            Username name = Username.parse(username);
            EmailAddress address = EmailAddress.parse(email);
            Password password = Password.typed(visitor.sent().field("password").orElse(""));
            new PasswordPolicy(config.get().login().minLength()).check(password, name);
            var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
            return accounts.add(
                            name,
                            password,
                            Optional.of(address),
                            config.get().accounts().defaultRoles(),
                            by,
                            (transaction, account) -> verification.registered(
                                    transaction,
                                    account,
                                    visitor.visit().language().tag(),
                                    MailAsks.browser(visitor.cookie())))
                    .<Void>mapEmpty()
                    .recover(cause ->
                            taken(cause) ? verification.notRegistered(address.value()) : Future.failedFuture(cause))
                    .map(done -> done(visitor))
                    .recover(cause -> again(visitor, username, email, cause));
        } catch (Refusal refusal) {
            return again(visitor, username, email, refusal);
        }
    }

    private Future<Reply> again(Visitor visitor, String username, String email, Throwable cause) {
        if (cause instanceof Refusal refusal
                && Words.in(visitor.visit().language()).knows(key(refusal)))
            return Future.succeededFuture(form(422, visitor, username, email, Optional.of(refusal)));
        return Future.failedFuture(cause);
    }

    private static boolean taken(Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == Reason.USERNAME_TAKEN;
    }

    private Reply done(Visitor visitor) {
        String flow = visitor.flow().isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + visitor.flow();
        if (verification.isRequired())
            return Reply.seeOther(
                    visitor.visit().onwardTo(VerifyPage.PATH + (flow.isEmpty() ? "" : "?" + flow.substring(1))));
        return Reply.seeOther(visitor.visit().onwardTo("/login?registered=1&other=1" + flow));
    }

    private static String key(Refusal refusal) {
        return "register.wrong." + refusal.problem().code();
    }

    private Reply form(int status, Visitor visitor, String username, String email, Optional<Refusal> wrong) {
        Words words = Words.in(visitor.visit().language());
        int minLength = config.get().login().minLength();
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.app().orElse(""),
                username.length() <= 64 ? username : "",
                email.length() <= 254 ? email : "",
                wrong.map(refusal -> words.say(key(refusal), minLength)).orElse(""),
                wrong.map(RegisterPage::field).orElse(""),
                minLength,
                ways.buttons(visitor));
        return visitors.page(
                status, "register", visitor, ways.leading(visitor.visit().withScript()), view);
    }

    private static String field(Refusal refusal) {
        String code = refusal.problem().code();
        return code.substring(0, code.indexOf('_'));
    }
}
