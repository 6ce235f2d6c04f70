package dev.gatehouse.signin;

import dev.gatehouse.audit.AuditEvent.LoginFailed;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.ForeignIdentities;
import dev.gatehouse.identity.ForeignPerson;
import dev.gatehouse.signin.OtherWays.Way;
import dev.gatehouse.signin.ProviderAttempts.Kind;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.signin.social.Providers;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * GET /login/callback/NAME: a browser comes back from a provider. What it brings counts once, in the browser that was sent, from the provider that it was sent to. Who is
 * known comes in; who is not is a stranger, whatever the mail address says.
 */
final class ProviderReturns {
    private final String url;
    private final Visitors visitors;
    private final Providers providers;
    private final ProviderAttempts attempts;
    private final ForeignIdentities identities;
    private final Entrance entrance;
    private final Strangers strangers;
    private final AuditTrail trail;

    ProviderReturns(
            House house,
            Visitors visitors,
            Providers providers,
            ForeignIdentities identities,
            Entrance entrance,
            Strangers strangers) {
        this.url = house.url();
        this.visitors = visitors;
        this.providers = providers;
        this.attempts = new ProviderAttempts(house.database());
        this.identities = identities;
        this.entrance = entrance;
        this.strangers = strangers;
        this.trail = house.trail();
    }

    /** A browser that is back, by the way that it was sent. */
    private record Back(Call call, FormBody query, Way way, LoginProvider provider, Visitor visitor) {
        Source source() {
            return Source.address(call.clientAddress().getHostAddress());
        }

        By themselves() {
            return By.themselves(source());
        }
    }

    Future<Reply> back(Call call) {
        FormBody query = FormBody.ofQuery(call);
        Optional<BrowserCookie> cookie = BrowserCookie.of(call, url);
        Optional<String> state = query.field("state");
        if (cookie.isEmpty() || state.isEmpty()) throw Entrance.over();
        return attempts.take(state.get(), cookie.get(), Kind.SENT)
                .map(found -> Way.from(found.orElseThrow(Entrance::over).data()))
                .compose(way -> resumed(call, query, way))
                .compose(back -> providers
                        .checkSender(back.provider(), query.field("iss"))
                        .compose(right -> query.field("error").isPresent() ? declined(back) : answered(back)))
                .recover(cause -> refused(call, cause));
    }

    /** The visitor whom we sent away: what the query says besides is the provider's. */
    private Future<Back> resumed(Call call, FormBody query, Way way) {
        String name = call.path().substring(Providers.CALLBACK.length());
        if (!name.equals(way.asked().provider()))
            throw Reason.PROVIDER_REFUSED.because("the answer came by the address of another provider");
        LoginProvider provider = providers.named(name).orElseThrow(Entrance::over);
        String language =
                way.language().map(tag -> "&" + Visit.LANGUAGE + "=" + tag).orElse("");
        String own = way.flow().isEmpty() ? language : Interaction.PARAMETER + "=" + way.flow() + language;
        var ours = new Call(
                call.method(), "/login", own, call.headers(), call.body(), call.clientAddress(), call.requestId());
        return visitors.of(ours).map(visitor -> new Back(ours, query, way, provider, visitor));
    }

    /** The person, or the provider, did not want to. */
    private static Future<Reply> declined(Back back) {
        if (back.way().account().isPresent())
            return Future.succeededFuture(
                    Reply.seeOther(back.visitor().visit().onwardTo(LoginsPage.PATH + "?declined=1")));
        String flow = back.visitor().flow().isEmpty()
                ? ""
                : "&" + Interaction.PARAMETER + "=" + back.visitor().flow();
        return Future.succeededFuture(
                Reply.seeOther(back.visitor().visit().onwardTo("/login?other=1&declined=1" + flow)));
    }

    private Future<Reply> answered(Back back) {
        String code = back.query()
                .field("code")
                .orElseThrow(() -> Reason.PROVIDER_REFUSED.because("no code came with the answer"));
        return providers
                .person(back.provider(), back.way().asked(), code)
                .compose(who -> back.way().account().isPresent()
                        ? added(back, who)
                        : identities
                                .signedIn(who, back.themselves())
                                .compose(known -> known.isPresent()
                                        ? in(back, known.get())
                                        : strangers.met(back.visitor(), back.call(), back.provider(), who)));
    }

    private Future<Reply> in(Back back, UserId account) {
        return entrance.first(back.visitor(), back.call(), ProofKind.PROVIDER, account)
                .compose(came -> came.isPresent()
                        ? entrance.answer(came.get(), back.visitor(), back.call(), back.source())
                        : trail.record(new LoginFailed(Optional.of(account), "locked", back.source()))
                                .compose(recorded -> Future.failedFuture(
                                        Reason.DENIED.because("Nobody can sign in to this account at present."))));
    }

    /** Somebody who is in asked for this login, and is in still. */
    private Future<Reply> added(Back back, ForeignPerson who) {
        UserId account = back.way().account().orElseThrow();
        boolean there = back.visitor()
                .session()
                .filter(session -> session.person().id().equals(account))
                .isPresent();
        if (!there) throw Entrance.over();
        return identities
                .link(account, who, new By(Optional.of(account.value()), back.source()))
                .map(linked -> Reply.seeOther(back.visitor().visit().onwardTo(LoginsPage.PATH + "?added=1")));
    }

    private Future<Reply> refused(Call call, Throwable cause) {
        boolean trick = cause instanceof Refusal refusal && refusal.problem() == Reason.PROVIDER_REFUSED;
        if (!trick) return Future.failedFuture(cause);
        var source = Source.address(call.clientAddress().getHostAddress());
        return trail.record(new LoginFailed(Optional.empty(), "provider", source))
                .compose(recorded -> Future.failedFuture(cause));
    }
}
