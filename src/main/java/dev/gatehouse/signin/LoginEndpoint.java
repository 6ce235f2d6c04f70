package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Due;
import dev.gatehouse.identity.NewPlaces;
import dev.gatehouse.identity.NewPlaces.From;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.PasswordCheck.Tried;
import dev.gatehouse.signin.SignInFlow.State;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.signin.SignInStep.Owes;
import dev.gatehouse.signin.SignInStep.SecondFactor;
import dev.gatehouse.signin.SignIns.Begun;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.SignIns.Wanted;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.JsonBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** POST /login with JSON: name and password for tokens of the client {@code gatehouse}. */
final class LoginEndpoint {
    private final Supplier<Config> config;
    private final String url;
    private final Clients clients;
    private final SignIns signIns;
    private final SecondFactorCodes codes;
    private final PasswordCheck passwords;
    private final AccessTokens tokens;
    private final AuditTrail trail;
    private final NewPlaces newPlaces;
    private final InstantSource clock;

    LoginEndpoint(House house, SignIns signIns, PasswordCheck passwords, SecondFactorCodes codes, AccessTokens tokens) {
        this.config = house.config();
        this.url = house.url();
        this.clients = house.clients();
        this.signIns = signIns;
        this.passwords = passwords;
        this.codes = codes;
        this.tokens = tokens;
        this.trail = house.trail();
        this.newPlaces = house.newPlaces();
        this.clock = house.clock();
    }

    /** A well-formed wish to sign in. */
    private record Asked(Tried tried, Wanted wanted, Optional<String> otp, Instant at, String device) {}

    /** Somebody is in. */
    private record Entered(Candidate candidate, Done done, Begun begun) {}

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
        String device = String.join(" ", call.headers().getAll("User-Agent"));
        return new Asked(
                passwords.tried(call, name, password), wanted, body.optionalText("otp"), clock.instant(), device);
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
        State password = SignInFlow.shown(
                State.begun(SignInFlow.Wanted.ANYTHING), ProofKind.PASSWORD, candidate.standing(), asked.at());
        return shown(asked, candidate, password).compose(state -> begun(asked, candidate, state));
    }

    /** What a program shows, it shows in one request. */
    private Future<State> shown(Asked asked, Candidate candidate, State password) {
        if (!(next(candidate, password, asked) instanceof SecondFactor)) return Future.succeededFuture(password);
        if (asked.otp().isEmpty())
            return Future.failedFuture(secondFactor("A second factor is needed: send a code as `otp`."));
        return codes.check(
                        candidate.person().id(),
                        asked.otp().get(),
                        asked.tried().origin(),
                        asked.tried().device())
                .compose(kind -> kind.isPresent()
                        ? Future.succeededFuture(
                                SignInFlow.shown(password, kind.get(), candidate.standing(), asked.at()))
                        : trail.record(new LoginFailed(
                                        Optional.of(candidate.person().id()),
                                        "code",
                                        asked.tried().origin()))
                                .compose(recorded ->
                                        Future.failedFuture(secondFactor("The code is wrong, or was used before."))));
    }

    private static Refusal secondFactor(String detail) {
        return Reason.SECOND_FACTOR_REQUIRED.because(detail);
    }

    private static SignInStep next(Candidate candidate, State state, Asked asked) {
        return SignInFlow.next(state, Optional.of(candidate.standing()), asked.at());
    }

    private Future<Optional<Entered>> begun(Asked asked, Candidate candidate, State state) {
        Tried tried = asked.tried();
        SignInStep step = next(candidate, state, asked);
        if (step instanceof Owes owes) return Future.failedFuture(due(owes.due()));
        if (!(step instanceof Done done)) return Future.succeededFuture(Optional.empty());
        return signIns.begin(
                        candidate,
                        done,
                        new JsonObject(said(asked, done)),
                        tried.source(),
                        asked.wanted(),
                        tried.config().tokens())
                .map(begun -> begun.map(made -> new Entered(candidate, done, made)));
    }

    private Refusal due(Due due) {
        return switch (due) {
            case TERMS ->
                Reason.TERMS_REQUIRED.because("Accept the terms at " + url + TermsPage.PATH + ", then sign in again.");
            case MAIL ->
                Reason.EMAIL_UNVERIFIED.because(
                        "Open the link in the mail that was sent there; " + url + VerifyPage.PATH + " sends another.");
        };
    }

    private static Map<String, Object> said(Asked asked, Done done) {
        var said = new LinkedHashMap<String, Object>();
        said.put("auth_time", asked.at().getEpochSecond());
        said.put("acr", done.acr());
        said.put("amr", done.amr());
        done.secondFactorAt().ifPresent(at -> said.put("mfa_time", at.getEpochSecond()));
        return said;
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
                said(asked, entered.done()));
        newPlaces.signedIn(
                entered.candidate().person().id(),
                new From(
                        asked.tried().source().value(),
                        Optional.empty(),
                        asked.device(),
                        asked.tried().origin().value()));
        return trail.record(new LoggedIn(
                        entered.candidate().person().id(),
                        begun.session(),
                        wanted.client(),
                        asked.tried().origin()))
                .map(recorded ->
                        tokens.of(granted, asked.at()).with(begun.refresh()).reply());
    }
}
