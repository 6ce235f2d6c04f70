package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.PasswordCheck.Tried;
import dev.gatehouse.signin.SignIns.Begun;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.SignIns.Wanted;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.JsonBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** POST /login with JSON: name and password for tokens of the client {@code gatehouse}. */
final class LoginEndpoint {
    private final Supplier<Config> config;
    private final String url;
    private final Clients clients;
    private final SignIns signIns;
    private final PasswordCheck passwords;
    private final AccessTokens tokens;
    private final AuditTrail trail;
    private final InstantSource clock;

    LoginEndpoint(House house, SignIns signIns, PasswordCheck passwords, AccessTokens tokens) {
        this.config = house.config();
        this.url = house.url();
        this.clients = house.clients();
        this.signIns = signIns;
        this.passwords = passwords;
        this.tokens = tokens;
        this.trail = house.trail();
        this.clock = house.clock();
    }

    /** A well-formed wish to sign in. */
    private record Asked(Tried tried, Wanted wanted, Instant at) {}

    /** Somebody is in. */
    private record Entered(Candidate candidate, Begun begun) {}

    Future<Reply> login(Call call) {
        Asked asked = asked(call);
        return passwords
                .passed(asked.tried(), candidate -> entered(asked, candidate))
                .compose(entered -> welcomed(asked, entered));
    }

    private Asked asked(Call call) {
        Config now = config.get();
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        JsonBody body = JsonBody.of(call);
        String name = body.text("username");
        String password = body.text("password");
        Wanted wanted = wanted(body, now);
        return new Asked(passwords.tried(call, name, password), wanted, clock.instant());
    }

    private Wanted wanted(JsonBody body, Config now) {
        Client client = clients.gatehouse();
        Scopes scopes = body.optionalText("scope").map(LoginEndpoint::scopes).orElse(client.scopes());
        if (!client.scopes().covers(scopes))
            throw Reason.INVALID_SCOPE.because("A scope was asked for that cannot be given.");
        var audience = Audiences.wanted(body.texts("resource"), now, url)
                .orElseThrow(() -> Reason.INVALID_TARGET.because("No API has that resource as its audience."));
        return new Wanted(client.id(), scopes, audience);
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw Reason.INVALID_SCOPE.because("That is not a list of scopes.");
        }
    }

    private Future<Optional<Entered>> entered(Asked asked, Candidate candidate) {
        Tried tried = asked.tried();
        return signIns.begin(
                        candidate,
                        tried.source(),
                        asked.wanted(),
                        tried.config().tokens())
                .map(begun -> begun.map(made -> new Entered(candidate, made)));
    }

    private Future<Reply> welcomed(Asked asked, Entered entered) {
        Begun begun = entered.begun();
        Wanted wanted = asked.wanted();
        var granted = new Granted(
                entered.candidate().person(),
                begun.session(),
                clients.gatehouse(),
                wanted.scopes(),
                wanted.audience(),
                begun.grant(),
                Optional.empty(),
                Map.of("auth_time", asked.at().getEpochSecond()));
        return trail.record(new LoggedIn(
                        entered.candidate().person().id(),
                        begun.session(),
                        wanted.client(),
                        asked.tried().origin()))
                .map(recorded ->
                        tokens.of(granted, asked.at()).with(begun.refresh()).reply());
    }
}
