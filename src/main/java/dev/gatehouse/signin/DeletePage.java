package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Departures;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** /account/delete: whoever has just shown who they are, and writes their name, is out of everything at once; the account goes when its time is over. */
public final class DeletePage {
    static final String PATH = "/account/delete";

    private static final String FORM = "delete";

    private final Supplier<Config> config;
    private final String url;
    private final InstantSource clock;
    private final Visitors visitors;
    private final BrowserTokens sessions;
    private final FreshProof fresh;
    private final Departures departures;

    DeletePage(House house, Visitors visitors, BrowserTokens sessions) {
        this.config = house.config();
        this.url = house.url();
        this.clock = house.clock();
        this.visitors = visitors;
        this.sessions = sessions;
        this.fresh = new FreshProof(house.clock());
        this.departures = house.departures();
    }

    /** What the template shows; {@code until} is until when it can be undone. */
    public record View(String proof, String username, String until, String alert) {}

    /** What the template shows of one that waits. */
    public record Asked(String username, String until) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            return departures
                    .leaves(visitor.person().id())
                    .map(leaves -> leaves.isPresent() ? toKeep(visitor) : page(200, visitor, ""));
        });
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            String typed = visitor.sent().field("username").orElse("").strip();
            if (!typed.equalsIgnoreCase(visitor.person().username()))
                return Future.succeededFuture(page(422, visitor, "delete.wrong"));
            var by = new By(
                    Optional.of(visitor.person().id().value()),
                    Source.address(call.clientAddress().getHostAddress()));
            return departures
                    .ask(visitor.person().id(), config.get().accounts().deleteAfter(), by)
                    .map(leaves -> leaves.map(then -> asked(visitor, then)).orElseGet(() -> toKeep(visitor)))
                    .recover(cause -> again(visitor, cause));
        });
    }

    private Reply asked(Visitor visitor, Instant then) {
        sessions.forget(visitor.cookie().value().reveal());
        return visitors.page(
                        200,
                        "delete-asked",
                        visitor,
                        visitor.visit().once(),
                        new Asked(visitor.person().username(), KeepPage.minute(then)))
                .with("Set-Cookie", BrowserCookie.unset(url));
    }

    private Future<Reply> again(Visitor visitor, Throwable cause) {
        return cause instanceof Refusal refusal && refusal.problem() == Reason.LAST_ADMINISTRATOR
                ? Future.succeededFuture(page(409, visitor, "delete.last"))
                : Future.failedFuture(cause);
    }

    private static Reply toKeep(Visitor visitor) {
        return Reply.seeOther(visitor.visit().onwardTo(KeepPage.PATH));
    }

    private Reply page(int status, Visitor visitor, String alert) {
        Instant until = clock.instant().plus(config.get().accounts().deleteAfter());
        var view = new View(
                visitors.proof(visitor, FORM),
                visitor.person().username(),
                KeepPage.minute(until),
                alert.isEmpty() ? "" : visitor.visit().words().say(alert));
        return visitors.page(status, "delete", visitor, view);
    }
}
