package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Passkeys;
import dev.gatehouse.identity.Passkeys.Proven;
import dev.gatehouse.identity.Passkeys.Purpose;
import dev.gatehouse.identity.Passkeys.Question;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.SignInsUnderWay.Found;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /login/passkey: a passkey in place of name and password, or as the second factor of a sign-in under way. The page's script asks for options, asks the browser, and
 * sends the answer with the page's own form.
 */
public final class PasskeyPages {
    static final String PATH = "/login/passkey";
    static final String OPTIONS = PATH + "/options";

    /** The form's name in its proof. */
    static final String FORM = "passkey";

    /** The parameter that says it was not accepted. */
    static final String REFUSED = "passkey";

    /** Each question is a row for ten minutes. */
    private static final TokenBucket QUESTIONS = new TokenBucket(600, Duration.ofMinutes(10));

    private static final int MOST_NETWORKS = 65_536;

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final Entrance entrance;
    private final Passkeys passkeys;
    private final LimitTable<SourceNetwork> questions;
    private final AuditTrail trail;

    PasskeyPages(House house, Visitors visitors, Entrance entrance, Passkeys passkeys) {
        this.config = house.config();
        this.visitors = visitors;
        this.entrance = entrance;
        this.passkeys = passkeys;
        this.questions = new LimitTable<>(QUESTIONS, MOST_NETWORKS, house.clock());
        this.trail = house.trail();
    }

    /** A visitor whose form is ours, and the sign-in under way that it is about. */
    private record Asked(Visitor visitor, Optional<Found> found, Source source) {
        /** Whoever comes with nothing else where two factors are wanted has to be seen by the device, or would be asked for more at once. */
        Question question() {
            return new Question(
                    found.isPresent() ? Purpose.SECOND_FACTOR : Purpose.SIGN_IN,
                    found.map(under -> under.person().id()),
                    found.isEmpty() && wanted() == Level.TWO,
                    visitor.cookie().hash());
        }

        private Level wanted() {
            return visitor.interaction()
                    .map(Interaction::wish)
                    .orElse(Wish.NOTHING)
                    .level();
        }
    }

    /** POST: what the browser is to be asked. */
    Future<Reply> options(Call call) {
        questions.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
        return asked(call).compose(asked -> passkeys.options(asked.question())).map(options -> Reply.json(200, options)
                .with("Cache-Control", "no-store"));
    }

    /** POST: what the browser answered. */
    Future<Reply> answer(Call call) {
        return asked(call).compose(asked -> passkeys.check(
                        asked.question(), asked.visitor().sent().field("answer").orElse(""), asked.source())
                .compose(proven -> came(call, asked, proven))
                .compose(came -> entrance.answer(came, asked.visitor(), call, asked.source()))
                .recover(cause -> refused(asked, cause)));
    }

    private Future<Asked> asked(Call call) {
        check(config.get());
        return visitors.of(call).compose(visitor -> {
            String handle = SecondFactorPage.handle(visitor);
            visitors.check(call, visitor, handle.isEmpty() ? FORM : SecondFactorPage.purpose(handle));
            var source = Source.address(call.clientAddress().getHostAddress());
            return handle.isEmpty()
                    ? Future.succeededFuture(new Asked(visitor, Optional.empty(), source))
                    : entrance.found(handle, visitor).map(found -> new Asked(visitor, Optional.of(found), source));
        });
    }

    private Future<Entrance.Came> came(Call call, Asked asked, Proven proven) {
        ProofKind kind = ProofKind.passkey(proven.backedUp(), proven.userVerified());
        var came = asked.found()
                .map(found -> entrance.further(asked.visitor(), call, kind, found))
                .orElseGet(() -> entrance.first(asked.visitor(), call, kind, proven.account()));
        return came.map(where -> where.orElseThrow(Entrance::over));
    }

    /** Refuses where nobody is to have passkeys. */
    static void check(Config now) {
        if (!now.login().passkey()) throw Reason.PASSKEY_REFUSED.because("This house takes no passkeys.");
    }

    /** Back to the page it came from, which says so. */
    private Future<Reply> refused(Asked asked, Throwable cause) {
        if (!(cause instanceof Refusal refusal) || refusal.problem() != Reason.PASSKEY_REFUSED)
            return Future.failedFuture(cause);
        Optional<UserId> account = asked.found().map(found -> found.person().id());
        String flow = asked.visitor().flow();
        String page = asked.found()
                .map(found -> SecondFactorPage.PATH + "?" + SecondFactorPage.STEP + "="
                        + found.at().handle() + "&")
                .orElse("/login?other=1&");
        String back = page + REFUSED + "=refused" + (flow.isEmpty() ? "" : "&" + Interaction.PARAMETER + "=" + flow);
        return trail.record(new LoginFailed(account, "passkey", asked.source()))
                .map(recorded -> Reply.seeOther(asked.visitor().visit().onwardTo(back)));
    }
}
