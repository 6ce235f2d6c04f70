package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Administrators;
import dev.gatehouse.identity.Administrators.Applicant;
import dev.gatehouse.identity.Administrators.Pending;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Letters;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /account/setup: where the link leads that the host shows. It makes the first administrator's account, or sets the password of an account that is to administer the
 * house again, and signs in; opening it uses nothing up.
 */
public final class SetupPage {
    static final String PATH = Administrators.PATH;
    private static final String KEY = "key";
    private static final String FORM = "setup";

    private final Supplier<Config> config;
    private final Administrators administrators;
    private final MailVerification verification;
    private final Letters letters;
    private final Visitors visitors;
    private final Entrance entrance;

    SetupPage(House house, Visitors visitors, Entrance entrance) {
        this.config = house.config();
        this.administrators = house.administrators();
        this.verification = house.verification();
        this.letters = house.letters();
        this.visitors = visitors;
        this.entrance = entrance;
    }

    /** What the template shows; {@code field} is the one that {@code alert} is about. With {@code known} the account is there already. */
    public record View(
            String key,
            String proof,
            boolean known,
            String username,
            String email,
            String alert,
            String field,
            int minLength) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> pending(visitor)
                .map(pending -> form(200, visitor, pending, "", "", Complaint.NONE)));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, FORM);
            return pending(visitor).compose(pending -> submitted(call, visitor, pending));
        });
    }

    private Future<Pending> pending(Visitor visitor) {
        return administrators.look(key(visitor)).map(found -> found.orElseThrow(Administrators::over));
    }

    private Future<Reply> submitted(Call call, Visitor visitor, Pending pending) {
        String username = visitor.sent().field("username").orElse("").strip();
        String email = visitor.sent().field("email").orElse("").strip();
        var origin = Source.address(call.clientAddress().getHostAddress());
        return Future.<Account>future(promise -> done(visitor, pending, username, email, By.themselves(origin))
                        .onComplete(promise))
                .compose(account -> entrance.first(visitor, call, ProofKind.PASSWORD, account.id()))
                .compose(came ->
                        entrance.answer(came.orElseThrow(Entrance::over), visitor, call, origin, AccountPage.PATH))
                .recover(failure -> again(visitor, pending, username, email, failure));
    }

    private Future<Account> done(Visitor visitor, Pending pending, String username, String email, By by) {
        Username name = pending.username().map(Username::new).orElseGet(() -> Username.parse(username));
        Password password = Password.typed(visitor.sent().field("password").orElse(""));
        Optional<EmailAddress> address = email.isEmpty() ? Optional.empty() : Optional.of(EmailAddress.parse(email));
        new PasswordPolicy(config.get().login().minLength()).check(password, name);
        if (pending.username().isPresent())
            return administrators
                    .recover(
                            key(visitor),
                            password,
                            by,
                            (transaction, account) -> letters.passwordChanged(transaction, account.id()))
                    .map(account -> account.orElseThrow(Administrators::over));
        var who = new Applicant(name, password, address, config.get().accounts().defaultRoles());
        return administrators.makeFirst(
                key(visitor),
                who,
                by,
                (transaction, account) -> verification.registered(
                        transaction, account, visitor.visit().language().tag(), MailAsks.browser(visitor.cookie())));
    }

    private Future<Reply> again(Visitor visitor, Pending pending, String username, String email, Throwable failure) {
        return Complaint.of(failure, visitor, config.get())
                .map(wrong -> Future.succeededFuture(form(422, visitor, pending, username, email, wrong)))
                .orElseGet(() -> Future.failedFuture(failure));
    }

    private Reply form(int status, Visitor visitor, Pending pending, String username, String email, Complaint wrong) {
        var view = new View(
                key(visitor),
                visitors.proof(visitor, FORM),
                pending.username().isPresent(),
                pending.username().orElse(username.length() <= 64 ? username : ""),
                email.length() <= 254 ? email : "",
                wrong.alert(),
                wrong.field(),
                config.get().login().minLength());
        var visit = visitor.visit().withScript();
        return ResetPage.hidden(visitors.page(status, "setup", visitor, status == 200 ? visit : visit.once(), view));
    }

    private static String key(Visitor visitor) {
        return visitor.sent().field(KEY).orElse("");
    }
}
