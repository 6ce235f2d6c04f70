package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoggedIn;
import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.PasswordHasher.Checked;
import dev.gatehouse.identity.Username;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.SignIns.Begun;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.SignIns.Known;
import dev.gatehouse.signin.SignIns.Wanted;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.JsonBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * POST /login: name and password for tokens of the client {@code gatehouse}. A wrong password, an unknown name and a locked account get the same answer after the
 * same work; being refused for too many tries comes before any of it.
 */
final class LoginEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(LoginEndpoint.class);

    private final Supplier<Config> config;
    private final String url;
    private final Clients clients;
    private final SignIns signIns;
    private final PasswordHasher hasher;
    private final AccessTokens tokens;
    private final AuditTrail trail;
    private final LoginThrottle throttle;
    private final InstantSource clock;

    LoginEndpoint(House house, AccessTokens tokens) {
        this.config = house.config();
        this.url = house.url();
        this.clients = house.clients();
        this.signIns = new SignIns(house.database(), house.random());
        this.hasher = house.hasher();
        this.tokens = tokens;
        this.trail = house.trail();
        this.throttle = new LoginThrottle(house.clock());
        this.clock = house.clock();
    }

    /** A well-formed wish to sign in; the settings it began with stay with it. */
    private record Asked(
            Username name,
            Password password,
            Wanted wanted,
            SourceNetwork source,
            Source origin,
            Config config,
            Instant at) {}

    /** The name has been looked up. */
    private record Met(Asked asked, Known known) {}

    Future<Reply> login(Call call) {
        Asked asked = asked(call);
        var attempt = throttle.begin(asked.name().key(), asked.source());
        return signIns.ask(asked.name().key(), asked.source())
                .map(known -> admitted(attempt, new Met(asked, known)))
                .compose(met -> hasher.check(asked.password(), hashToCheck(met.known()))
                        .compose(checked -> judged(met, checked)))
                .onComplete(done -> throttle.end(attempt, isWrong(done.cause())));
    }

    private Asked asked(Call call) {
        Config now = config.get();
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        JsonBody body = JsonBody.of(call);
        String name = body.text("username");
        Password password = Password.typed(body.text("password"));
        Wanted wanted = wanted(body, now);
        return new Asked(
                Username.find(name).orElseThrow(LoginEndpoint::wrong),
                password,
                wanted,
                SourceNetwork.of(call.clientAddress()),
                Source.address(call.clientAddress().getHostAddress()),
                now,
                clock.instant());
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

    private Met admitted(LoginThrottle.Try attempt, Met met) {
        Known known = met.known();
        int most = met.asked().config().accounts().lockout().failures();
        throttle.check(attempt, known.failures(), most, known.knownAddress(), known.untilForgotten());
        return met;
    }

    private static Optional<String> hashToCheck(Known known) {
        return known.candidate().flatMap(Candidate::passwordHash);
    }

    private Future<Reply> judged(Met met, Checked checked) {
        Optional<Candidate> candidate = met.known().candidate();
        if (!checked.right() || candidate.isEmpty() || candidate.get().locked()) return refused(met);
        return signIns.begin(
                        candidate.get(),
                        met.asked().source(),
                        met.asked().wanted(),
                        met.asked().config().tokens())
                .compose(begun ->
                        begun.isPresent() ? welcomed(met, candidate.get(), checked, begun.get()) : refused(met));
    }

    private Future<Reply> welcomed(Met met, Candidate candidate, Checked checked, Begun begun) {
        Asked asked = met.asked();
        Wanted wanted = asked.wanted();
        checked.better().ifPresent(better -> signIns.rehash(candidate, better)
                .onFailure(failure -> LOG.warn("a password keeps its old hash until the next login", failure)));
        var granted = new Granted(
                candidate.person(),
                begun.session(),
                clients.gatehouse(),
                wanted.scopes(),
                wanted.audience(),
                begun.grant(),
                Optional.empty());
        return trail.record(new LoggedIn(candidate.person().id(), begun.session(), wanted.client(), asked.origin()))
                .map(recorded ->
                        tokens.of(granted, asked.at()).with(begun.refresh()).reply());
    }

    private Future<Reply> refused(Met met) {
        Asked asked = met.asked();
        Optional<Candidate> candidate = met.known().candidate();
        String why = candidate.filter(Candidate::locked).isPresent() ? "locked" : "wrong";
        return Future.all(
                        signIns.countFailure(
                                asked.name().key(), asked.config().accounts().lockout()),
                        trail.record(new LoginFailed(
                                candidate.map(who -> who.person().id()), why, asked.origin())))
                .compose(counted -> Future.failedFuture(wrong()));
    }

    private static Refusal wrong() {
        return Reason.INVALID_CREDENTIALS.because("The name or the password is wrong.");
    }

    private static boolean isWrong(@Nullable Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == Reason.INVALID_CREDENTIALS;
    }
}
