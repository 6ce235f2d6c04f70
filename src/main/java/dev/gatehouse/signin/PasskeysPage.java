package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.Passkey;
import dev.gatehouse.identity.Passkeys;
import dev.gatehouse.identity.WaysIn;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** /account/passkeys: the person's passkeys, each with a name; a new one is made by the page's script, all else works without. */
public final class PasskeysPage {
    static final String PATH = "/account/passkeys";
    static final String OPTIONS = PATH + "/options";

    private static final String FORM = "passkeys";
    private static final Set<Reason> SAID =
            Set.of(Reason.PASSKEY_REFUSED, Reason.PASSKEY_NAME_INVALID, Reason.TOO_MANY_PASSKEYS, Reason.LAST_WAY_IN);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private final Supplier<Config> config;
    private final String url;
    private final Visitors visitors;
    private final FreshProof fresh;
    private final Passkeys passkeys;

    PasskeysPage(House house, Visitors visitors, Passkeys passkeys) {
        this.config = house.config();
        this.url = house.url();
        this.visitors = visitors;
        this.fresh = new FreshProof(house.clock());
        this.passkeys = passkeys;
    }

    /** What the template shows; {@code taken}: the house takes passkeys, {@code possible}: browsers make them for this address. */
    public record View(String proof, List<One> all, String alert, boolean taken, boolean possible) {}

    /** {@code used} is empty for one that never was. */
    public record One(String id, String name, String made, String used) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> fresh.missing(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> listed(200, visitor, "")));
    }

    /** POST: what the browser is to be told to make one. */
    Future<Reply> options(Call call) {
        return visitors.of(call).compose(visitor -> {
            if (fresh.missing(visitor, PATH).isPresent())
                throw Reason.STEP_UP_REQUIRED.because("Sign in again before you make a passkey.");
            visitors.check(call, visitor, FORM);
            PasskeyPages.check(config.get());
            return passkeys.newOptions(
                            account(visitor),
                            config.get().branding().name(),
                            visitor.session().orElseThrow().person().username(),
                            visitor.cookie().hash())
                    .map(options -> Reply.json(200, options).with("Cache-Control", "no-store"));
        });
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            var by = new By(
                    Optional.of(account(visitor).value()),
                    Source.address(call.clientAddress().getHostAddress()));
            return Future.<Object>future(promise ->
                            done(visitor, by).map(one -> (Object) one).onComplete(promise))
                    .map(done -> Reply.seeOther(visitor.visit().onwardTo(PATH)))
                    .recover(cause -> again(visitor, cause));
        });
    }

    private Future<?> done(Visitor visitor, By by) {
        String id = visitor.sent().field("id").orElse("");
        String name = visitor.sent().field("name").orElse("");
        return switch (visitor.sent().field("do").orElse("")) {
            case "rename" -> passkeys.rename(account(visitor), id, name);
            case "remove" -> passkeys.remove(account(visitor), id, WaysIn.of(config.get()), by);
            default -> {
                PasskeyPages.check(config.get());
                yield passkeys.add(
                        account(visitor),
                        visitor.cookie().hash(),
                        visitor.sent().field("answer").orElse(""),
                        name,
                        by);
            }
        };
    }

    private Future<Reply> again(Visitor visitor, Throwable cause) {
        if (!(cause instanceof Refusal refusal) || !SAID.contains(refusal.problem())) return Future.failedFuture(cause);
        String key = "passkeys.wrong." + refusal.problem().code();
        int status = refusal.problem() == Reason.LAST_WAY_IN ? 409 : 422;
        return listed(status, visitor, visitor.visit().words().say(key));
    }

    private Future<Reply> listed(int status, Visitor visitor, String alert) {
        return passkeys.of(account(visitor)).map(all -> {
            var view = new View(
                    visitors.proof(visitor, FORM),
                    all.stream().map(PasskeysPage::shown).toList(),
                    alert,
                    config.get().login().passkey(),
                    passkeys.possible());
            return visitors.page(status, "passkeys", visitor, visitor.visit().withScript(), view)
                    .with("Set-Cookie", PasskeyCookie.set(view.taken() && !all.isEmpty(), url));
        });
    }

    private static One shown(Passkey one) {
        return new One(
                one.id(),
                one.name(),
                day(one.madeAt()),
                one.usedAt().map(PasskeysPage::day).orElse(""));
    }

    private static String day(Instant at) {
        return DAY.format(at);
    }

    private static UserId account(Visitor visitor) {
        return visitor.session().orElseThrow().person().id();
    }
}
