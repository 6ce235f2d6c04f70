package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.signin.SignInStep.SecondFactor;
import dev.gatehouse.signin.SignInStep.Way;
import dev.gatehouse.signin.SignInsUnderWay.Found;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.util.Optional;

/** /login/second: a code of the authenticator app, one for recovery, or a passkey, once somebody has said who they are. */
public final class SecondFactorPage {
    static final String PATH = "/login/second";

    /** The parameter that carries the handle of the sign-in under way. */
    static final String STEP = "step";

    private static final int LONGEST_CODE = 64;

    private final String url;
    private final Visitors visitors;
    private final Entrance entrance;
    private final SecondFactorCodes codes;
    private final AuditTrail trail;

    SecondFactorPage(House house, Visitors visitors, Entrance entrance, SecondFactorCodes codes) {
        this.url = house.url();
        this.visitors = visitors;
        this.entrance = entrance;
        this.codes = codes;
        this.trail = house.trail();
    }

    /** What the template shows. {@code again} is where one begins anew. */
    public record View(
            String flow,
            String proof,
            String step,
            String app,
            String username,
            String alert,
            boolean code,
            boolean passkey,
            String again) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> entrance.found(handle(visitor), visitor)
                .map(found -> form(
                        200,
                        visitor,
                        found,
                        asked(found),
                        visitor.sent().field(PasskeyPages.REFUSED).isPresent() ? "login.passkey.wrong" : "")));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            visitors.check(call, visitor, purpose(handle(visitor)));
            return entrance.found(handle(visitor), visitor).compose(found -> given(call, visitor, found));
        });
    }

    private Future<Reply> given(Call call, Visitor visitor, Found found) {
        SecondFactor asked = asked(found);
        if (!asked.ways().contains(Way.CODE)) throw Entrance.over();
        String code = visitor.sent().field("code").orElse("");
        var source = Source.address(call.clientAddress().getHostAddress());
        return codes.check(
                        found.person().id(),
                        code.length() > LONGEST_CODE ? "" : code,
                        source,
                        DeviceCookie.of(call, url))
                .compose(kind -> kind.isEmpty()
                        ? wrong(visitor, found, asked, source)
                        : came(call, visitor, found, kind.get(), source))
                .recover(cause -> held(visitor, found, asked, cause));
    }

    private Future<Reply> came(Call call, Visitor visitor, Found found, ProofKind kind, Source source) {
        return entrance.further(visitor, call, kind, found)
                .compose(came -> entrance.answer(came.orElseThrow(Entrance::over), visitor, call, source));
    }

    private Future<Reply> wrong(Visitor visitor, Found found, SecondFactor asked, Source source) {
        return trail.record(new LoginFailed(Optional.of(found.person().id()), "code", source))
                .map(recorded -> form(200, visitor, found, asked, "second.wrong"));
    }

    private Future<Reply> held(Visitor visitor, Found found, SecondFactor asked, Throwable cause) {
        if (!(cause instanceof Refusal refusal)
                || refusal.problem() != Reason.TOO_MANY_ATTEMPTS
                || refusal.retryAfter().isEmpty()) return Future.failedFuture(cause);
        long seconds = Math.max(1, refusal.retryAfter().get().toSeconds());
        Reply page = form(429, visitor, found, asked, "login.wait", (seconds + 59) / 60);
        return Future.succeededFuture(page.with("Retry-After", Long.toString(seconds)));
    }

    /** Nothing else is asked here: whoever has all, or must begin anew, does that elsewhere. */
    private SecondFactor asked(Found found) {
        if (entrance.step(found) instanceof SecondFactor second) return second;
        throw Entrance.over();
    }

    private Reply form(int status, Visitor visitor, Found found, SecondFactor asked, String alert, Object... values) {
        String handle = found.at().handle();
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, purpose(handle)),
                handle,
                visitor.app().orElse(""),
                found.person().username(),
                alert.isEmpty() ? "" : visitor.visit().words().say(alert, values),
                asked.ways().contains(Way.CODE),
                asked.ways().contains(Way.PASSKEY),
                visitor.flow().isEmpty() ? "/login?other=1" : "/login?other=1&flow=" + visitor.flow());
        return visitors.page(status, "second", visitor, visitor.visit().withScript(), view);
    }

    static String purpose(String handle) {
        return "second " + handle;
    }

    static String handle(Visitor visitor) {
        return visitor.sent().field(STEP).orElse("");
    }
}
