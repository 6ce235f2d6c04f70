package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Departures;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** /account/keep: where people come who sign in although their account waits to be deleted; a button keeps it, and they go on. */
public final class KeepPage {
    static final String PATH = "/account/keep";

    private static final String FORM = "keep";
    private static final DateTimeFormatter TO_THE_MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Visitors visitors;
    private final Departures departures;

    KeepPage(House house, Visitors visitors) {
        this.visitors = visitors;
        this.departures = house.departures();
    }

    /** What the template shows; {@code onward} leads on without keeping it. */
    public record View(String flow, String proof, String username, String until, String onward) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            return departures.leaves(visitor.person().id()).map(leaves -> leaves.map(then -> page(visitor, then))
                    .orElseGet(() -> Reply.seeOther(onward(visitor, AccountPage.PATH))));
        });
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> nobody = FreshProof.nobody(visitor, PATH);
            if (nobody.isPresent()) return Future.succeededFuture(nobody.get());
            visitors.check(call, visitor, FORM);
            var by = new By(
                    Optional.of(visitor.person().id().value()),
                    Source.address(call.clientAddress().getHostAddress()));
            return departures
                    .keep(visitor.person().id(), by)
                    .map(kept -> Reply.seeOther(onward(visitor, AccountPage.PATH + (kept ? "?kept=1" : ""))));
        });
    }

    private static String onward(Visitor visitor, String otherwise) {
        return visitor.visit()
                .onwardTo(visitor.interaction().map(Interaction::onward).orElse(otherwise));
    }

    private Reply page(Visitor visitor, Instant then) {
        var view = new View(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                visitor.person().username(),
                minute(then),
                onward(visitor, AccountPage.PATH));
        return visitors.page(200, "keep", visitor, view);
    }

    static String minute(Instant at) {
        return TO_THE_MINUTE.format(at);
    }
}
