package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Password;
import dev.gatehouse.identity.PasswordHasher;
import dev.gatehouse.identity.PasswordHasher.Checked;
import dev.gatehouse.identity.Username;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.signin.SignIns.Candidate;
import dev.gatehouse.signin.SignIns.Known;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a name and a password belong together, for programs and for the page alike. A wrong password, an unknown name and a locked account get the same answer
 * after the same work; being refused for too many tries, or because too many wait for their turn, comes before any of it.
 */
final class PasswordCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordCheck.class);

    private final Supplier<Config> config;
    private final String url;
    private final SignIns signIns;
    private final PasswordHasher hasher;
    private final AuditTrail trail;
    private final LoginThrottle throttle;

    PasswordCheck(House house, SignIns signIns) {
        this.config = house.config();
        this.url = house.url();
        this.signIns = signIns;
        this.hasher = house.hasher();
        this.trail = house.trail();
        this.throttle = new LoginThrottle(house.clock());
    }

    /** A name and a password, and from where they came; the settings it began with stay with it. */
    record Tried(
            Username name,
            Password password,
            SourceNetwork source,
            Optional<DeviceCookie> device,
            Source origin,
            Config config) {}

    /** The name has been looked up. */
    private record Met(Tried tried, Known known) {}

    /** Refuses what no account could be called. */
    Tried tried(Call call, String name, String password) {
        Config now = config.get();
        if (!now.login().enabled()) throw Reason.LOGIN_DISABLED.because("This house does not take passwords.");
        Password typed = Password.typed(password);
        return new Tried(
                Username.find(name).orElseThrow(PasswordCheck::wrong),
                typed,
                SourceNetwork.of(call.clientAddress()),
                DeviceCookie.of(call, url),
                Source.address(call.clientAddress().getHostAddress()),
                now);
    }

    /**
     * What {@code enter} makes of the person when name and password are right. It comes back empty when the account was locked or its password changed meanwhile, and
     * then they were wrong after all.
     */
    <T> Future<T> passed(Tried tried, Function<Candidate, Future<Optional<T>>> enter) {
        hasher.refuseWhereFull();
        var attempt = throttle.begin(tried.name().key(), tried.source(), tried.device());
        return signIns.ask(tried.name().key(), tried.source(), tried.device())
                .map(known -> admitted(attempt, new Met(tried, known)))
                .compose(met -> hasher.check(tried.password(), hashToCheck(met.known()))
                        .compose(checked -> judged(met, checked, enter)))
                .onComplete(done -> throttle.end(attempt, isWrong(done.cause())));
    }

    private Met admitted(LoginThrottle.Try attempt, Met met) {
        throttle.check(
                attempt, met.known(), met.tried().config().accounts().lockout().failures());
        return met;
    }

    private static Optional<String> hashToCheck(Known known) {
        return known.candidate().flatMap(Candidate::passwordHash);
    }

    private <T> Future<T> judged(Met met, Checked checked, Function<Candidate, Future<Optional<T>>> enter) {
        Optional<Candidate> candidate = met.known().candidate();
        if (!checked.right() || candidate.isEmpty() || candidate.get().locked()) return refused(met);
        return enter.apply(candidate.get()).compose(entered -> {
            if (entered.isEmpty()) return refused(met);
            checked.better().ifPresent(better -> rehash(candidate.get(), better));
            return Future.succeededFuture(entered.get());
        });
    }

    private void rehash(Candidate candidate, String better) {
        signIns.rehash(candidate, better)
                .onFailure(failure -> LOG.warn("a password keeps its old hash until the next login", failure));
    }

    private <T> Future<T> refused(Met met) {
        Tried tried = met.tried();
        Optional<Candidate> candidate = met.known().candidate();
        String why = candidate.filter(Candidate::locked).isPresent() ? "locked" : "wrong";
        return Future.all(
                        signIns.countFailure(
                                met.known().countedAs(),
                                tried.config().accounts().lockout()),
                        trail.record(new LoginFailed(
                                candidate.map(who -> who.person().id()), why, tried.origin())))
                .compose(counted -> Future.failedFuture(wrong()));
    }

    private static Refusal wrong() {
        return Reason.INVALID_CREDENTIALS.because("The name or the password is wrong.");
    }

    static boolean isWrong(@Nullable Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == Reason.INVALID_CREDENTIALS;
    }
}
