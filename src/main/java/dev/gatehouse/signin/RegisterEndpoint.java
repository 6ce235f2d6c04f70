package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Account;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Newcomer;
import dev.gatehouse.identity.Newcomers;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.Username;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.JsonBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** POST /register: an account for whoever asks, where the house is open to that. Roles come from the settings and the invitation; nobody names their own. */
final class RegisterEndpoint {
    private final Supplier<Config> config;
    private final Newcomers newcomers;
    private final NewcomerRate rate;

    RegisterEndpoint(House house, NewcomerRate rate) {
        this.config = house.config();
        this.newcomers = house.newcomers();
        this.rate = rate;
    }

    Future<Reply> register(Call call) {
        if (!config.get().login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        JsonBody body = JsonBody.of(call);
        Optional<String> invitation = given(body, "invitation");
        newcomers.checkMayCome(invitation);
        var newcomer = new Newcomer(
                Username.parse(body.text("username")),
                Optional.of(Password.typed(body.text("password"))),
                given(body, "email").map(EmailAddress::parse),
                false,
                List.of(),
                List.of(),
                newcomers.accepted(given(body, "terms")));
        rate.take(call);
        var by = Accounts.By.themselves(Source.address(call.clientAddress().getHostAddress()));
        return newcomers
                .add(newcomer, new Newcomers.Brought(invitation, null, ""), by)
                .map(RegisterEndpoint::welcome);
    }

    private static Optional<String> given(JsonBody body, String member) {
        return body.optionalText(member).filter(text -> !text.isEmpty());
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
