package dev.gatehouse.signin;

import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.AuthenticatorApps;
import dev.gatehouse.identity.AuthenticatorApps.Enrolment;
import dev.gatehouse.identity.RecoveryCodes;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.store.Database;
import dev.gatehouse.vocabulary.UserId;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Words;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * /account/authenticator: an app is set up by a picture and confirmed by its first code, which counts as a second factor at once; then ten recovery codes are shown,
 * once. Later it is renewed or removed here. Whoever was sent here because two factors are wanted goes on from here.
 */
public final class AuthenticatorPage {
    static final String PATH = "/account/authenticator";

    private static final String FORM = "authenticator";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private final Supplier<Config> config;
    private final Database database;
    private final Visitors visitors;
    private final Entrance entrance;
    private final FreshProof fresh;
    private final AuthenticatorApps apps;
    private final RecoveryCodes recovery;
    private final InstantSource clock;

    AuthenticatorPage(House house, Visitors visitors, Entrance entrance) {
        this.config = house.config();
        this.database = house.database();
        this.visitors = visitors;
        this.entrance = entrance;
        this.fresh = new FreshProof(house.clock());
        this.apps = house.authenticators();
        this.recovery = house.recoveryCodes();
        this.clock = house.clock();
    }

    /** Setting one up. {@code picture} is an address that holds it; {@code wanted}: somebody asks for a second factor, and that is why the person is here. */
    public record Setup(
            String flow,
            String proof,
            String sealed,
            String typed,
            String picture,
            String alert,
            boolean wanted,
            String app) {}

    /** One that is set up. */
    public record There(String proof, String since, int codes) {}

    /** Recovery codes, for this one time. */
    public record Codes(List<String> codes, String onward) {}

    Future<Reply> show(Call call) {
        return visitors.of(call).compose(visitor -> fresh.missing(visitor, PATH)
                .map(Future::succeededFuture)
                .orElseGet(() -> shown(visitor)));
    }

    private Future<Reply> shown(Visitor visitor) {
        UserId account = account(visitor);
        return apps.since(account).compose(since -> {
            if (since.isEmpty() || visitor.sent().field("renew").isPresent()) {
                if (!config.get().login().totp()) return Future.succeededFuture(elsewhere(visitor));
                return Future.succeededFuture(setup(200, visitor, begun(visitor), ""));
            }
            return recovery.remaining(account).map(left -> there(visitor, since.get(), left));
        });
    }

    /** Nobody sets an app up any more; whoever is to have a second factor gets a passkey, where there are any. */
    private Reply elsewhere(Visitor visitor) {
        return Reply.seeOther(
                visitor.visit().onwardTo(config.get().login().passkey() ? PasskeysPage.PATH : AccountPage.PATH));
    }

    Future<Reply> submit(Call call) {
        return visitors.of(call).compose(visitor -> {
            Optional<Reply> first = fresh.missing(visitor, PATH);
            if (first.isPresent()) return Future.succeededFuture(first.get());
            visitors.check(call, visitor, FORM);
            var by = new By(
                    Optional.of(account(visitor).value()),
                    Source.address(call.clientAddress().getHostAddress()));
            return switch (visitor.sent().field("do").orElse("")) {
                case "remove" -> removed(visitor, by);
                case "codes" -> recovery.make(account(visitor), by).map(codes -> codes(visitor, codes));
                default -> confirmed(call, visitor, by);
            };
        });
    }

    private Future<Reply> confirmed(Call call, Visitor visitor, By by) {
        if (!config.get().login().totp()) return Future.succeededFuture(elsewhere(visitor));
        UserId account = account(visitor);
        String sealed = visitor.sent().field("sealed").orElse("");
        String code = visitor.sent().field("code").orElse("");
        return apps.confirm(account, sealed, code, clock.instant(), by).compose(right -> {
            if (!right) return Future.succeededFuture(setup(200, visitor, again(visitor, sealed), "second.wrong"));
            return recovery.make(account, by).compose(codes -> entrance.beside(visitor, call, ProofKind.AUTHENTICATOR)
                    .compose(came -> entrance.shown(
                            codes(visitor, codes), came.orElseThrow(Entrance::over), visitor, by.source())));
        });
    }

    /** Without an app, codes for recovery are of no use. */
    private Future<Reply> removed(Visitor visitor, By by) {
        UserId account = account(visitor);
        return apps.remove(account, by)
                .compose(gone -> database.inTransaction(transaction -> RecoveryCodes.forget(transaction, account)))
                .map(gone -> Reply.seeOther(visitor.visit().onwardTo(AccountPage.PATH)));
    }

    private Enrolment begun(Visitor visitor) {
        return apps.begin(account(visitor), houseName(), username(visitor));
    }

    private Enrolment again(Visitor visitor, String sealed) {
        return apps.again(account(visitor), sealed, houseName(), username(visitor))
                .orElseGet(() -> begun(visitor));
    }

    private Reply setup(int status, Visitor visitor, Enrolment enrolment, String alert) {
        Words words = visitor.visit().words();
        String svg = enrolment.picture(words.say("authenticator.picture"));
        var view = new Setup(
                visitor.flow(),
                visitors.proof(visitor, FORM),
                enrolment.sealed(),
                enrolment.typed(),
                "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)),
                alert.isEmpty() ? "" : words.say(alert),
                visitor.interaction().isPresent(),
                visitor.interaction().flatMap(Interaction::page).isPresent()
                        ? ""
                        : visitor.app().orElse(""));
        return visitors.page(status, "authenticator-setup", visitor, view);
    }

    private Reply there(Visitor visitor, Instant since, int left) {
        var view = new There(visitors.proof(visitor, FORM), DAY.format(since), left);
        return visitors.page(200, "authenticator", visitor, view);
    }

    private Reply codes(Visitor visitor, List<String> codes) {
        String onward = visitor.interaction().isPresent() ? Entrance.onward(visitor) : AccountPage.PATH;
        return visitors.page(200, "recovery-codes", visitor, visitor.visit().once(), new Codes(codes, onward));
    }

    private String houseName() {
        return config.get().branding().name();
    }

    private static UserId account(Visitor visitor) {
        return visitor.session().orElseThrow().person().id();
    }

    private static String username(Visitor visitor) {
        return visitor.session().orElseThrow().person().username();
    }
}
