package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.ForeignIdentities;
import dev.gatehouse.identity.ForeignIdentities.Linked;
import dev.gatehouse.identity.WaysIn;
import dev.gatehouse.signin.OtherWays.Button;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.signin.social.Providers;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** /account/logins: the providers by which the person signs in; one more, or one less, for whoever showed just now who they are. */
public final class LoginsPage {
    static final String PATH = "/account/logins";

    private static final String FORM = "logins";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private final Supplier<Config> config;
    private final Visitors visitors;
    private final FreshProof fresh;
    private final Providers providers;
    private final OtherWays ways;
    private final ForeignIdentities identities;

    LoginsPage(House house, Visitors visitors, Providers providers, OtherWays ways, ForeignIdentities identities) {
        this.config = house.config();
        this.visitors = visitors;
        this.fresh = new FreshProof(house.clock());
        this.providers = providers;
        this.ways = ways;
        this.identities = identities;
    }

    /** What the template shows. */
    public record View(String proof, List<One> all, List<Button> more, String notice, String alert) {}

    /** {@code email} and {@code used} are empty where nothing is known. */
    public record One(String id, String label, String email, String made, String used) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> fresh.missing(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> listed(
                        200,
                        visitor,
                        visitor.sent().field("added").isPresent() ? "logins.added" : "",
                        visitor.sent().field("declined").isPresent() ? "login.with.declined" : "")));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            return visitor.sent()
                    .field("provider")
                    .map(name -> ways.leave(call, visitor, name, Optional.of(account(visitor))))
                    .orElseGet(() -> removed(call, visitor));
        });
    }

    private Future<Reply> removed(Call call, Visitor visitor) {
        var by = new By(
                Optional.of(account(visitor).value()),
                Source.address(call.clientAddress().getHostAddress()));
        return identities
                .unlink(account(visitor), visitor.sent().field("id").orElse(""), WaysIn.of(config.get()), by)
                .map(gone -> Reply.seeOther(visitor.visit().onwardTo(PATH)))
                .recover(cause -> cause instanceof Refusal refusal && refusal.problem() == Reason.LAST_WAY_IN
                        ? listed(409, visitor, "", "logins.last")
                        : Future.failedFuture(cause));
    }

    private Future<Reply> listed(int status, Visitor visitor, String notice, String alert) {
        Words words = visitor.visit().words();
        return identities.of(account(visitor)).map(all -> {
            var view = new View(
                    visitors.proof(visitor, FORM),
                    all.stream().map(this::shown).toList(),
                    providers.all().stream()
                            .map(each -> new Button(each.name(), each.label()))
                            .toList(),
                    notice.isEmpty() ? "" : words.say(notice),
                    alert.isEmpty() ? "" : words.say(alert));
            return visitors.page(status, "logins", visitor, ways.leading(visitor.visit()), view);
        });
    }

    private One shown(Linked one) {
        return new One(
                one.id(),
                providers.named(one.provider()).map(LoginProvider::label).orElse(one.provider()),
                one.email().orElse(""),
                day(one.madeAt()),
                one.usedAt().map(LoginsPage::day).orElse(""));
    }

    private static String day(Instant at) {
        return DAY.format(at);
    }

    private static UserId account(Visitor visitor) {
        return visitor.session().orElseThrow().person().id();
    }
}
