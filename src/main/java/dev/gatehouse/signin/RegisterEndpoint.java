package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.MailVerification;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordPolicy;
import dev.gatehouse.identity.Username;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.JsonBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;

/** POST /register: an account for whoever asks, where the house is open to that. Roles come from the settings; nobody names their own. */
final class RegisterEndpoint {
    private final Supplier<Config> config;
    private final Accounts accounts;
    private final MailVerification verification;

    RegisterEndpoint(House house) {
        this.config = house.config();
        this.accounts = house.accounts();
        this.verification = house.verification();
    }

    Future<Reply> register(Call call) {
        Config now = config.get();
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        if (!now.accounts().registrationOpen())
            throw Reason.REGISTRATION_CLOSED.because("Ask the operator for an account.");
        JsonBody body = JsonBody.of(call);
        Username name = Username.parse(body.text("username"));
        Password password = Password.typed(body.text("password"));
        Optional<EmailAddress> email =
                body.optionalText("email").filter(text -> !text.isEmpty()).map(EmailAddress::parse);
        if (email.isEmpty() && verification.isRequired())
            throw Reason.EMAIL_INVALID.because("A mail address is needed here, to be verified.");
        new PasswordPolicy(now.login().minLength()).check(password, name);
        var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
        return accounts.add(
                        name,
                        password,
                        email,
                        now.accounts().defaultRoles(),
                        by,
                        (transaction, account) -> verification.registered(transaction, account, null, ""))
                .map(RegisterEndpoint::welcome);
    }

    private static Reply welcome(Account account) {
        String name = account.username().value();
        return Reply.json(
                201,
                new JsonObject()
                        .put("message", "Welcome, " + name + ". Now sign in.")
                        .put("username", name));
    }
}
