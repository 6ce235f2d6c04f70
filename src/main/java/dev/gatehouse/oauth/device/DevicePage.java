package dev.gatehouse.oauth.device;

import dev.gatehouse.audit.AuditEvent.DeviceDecided;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.device.Devices.Pending;
import dev.gatehouse.signin.BrowserCookie;
import dev.gatehouse.signin.BrowserSession;
import dev.gatehouse.signin.BrowserSessions;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Reply;
import dev.gatehouse.web.Visit;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * GET and POST /device (RFC 8628 §3.3): a person who is signed in types the code that a device shows, sees what it asks for, and decides. A link with the code in it
 * opens the same page and decides nothing (§5.4).
 */
public final class DevicePage {
    /** Codes that no device shows, for one session and for one network: guessing has to be slower than codes live (§5.1). */
    private static final TokenBucket GUESSES = new TokenBucket(5, Devices.LIFETIME);

    /** Detours to the sign-in page that a network may begin: each is a row for an hour. */
    private static final TokenBucket DETOURS = new TokenBucket(60, Duration.ofMinutes(1));

    private static final int MOST = 100_000;
    private static final String PATH = "/device";
    private static final String CODE = "user_code";

    private final String url;
    private final Supplier<Config> config;
    private final Clients clients;
    private final Devices devices;
    private final BrowserSessions sessions;
    private final Interactions interactions;
    private final Pages pages;
    private final FormProof forms;
    private final AuditTrail trail;
    private final Dues dues;
    private final SecureRandom random;
    private final LimitTable<String> guesses;
    private final LimitTable<SourceNetwork> detours;

    public DevicePage(House house) {
        this.url = house.url();
        this.config = house.config();
        this.clients = house.clients();
        this.devices = new Devices(house.database());
        this.sessions = new BrowserSessions(house.database(), house.config());
        this.interactions = new Interactions(house.database(), house.random());
        this.pages = house.pages();
        this.forms = house.forms();
        this.dues = house.dues();
        this.trail = house.trail();
        this.random = house.random();
        this.guesses = new LimitTable<>(GUESSES, MOST, house.clock());
        this.detours = new LimitTable<>(DETOURS, MOST, house.clock());
    }

    /** Somebody at the page. */
    private record Visitor(Call call, BrowserCookie browser, BrowserSession session) {}

    /** The form for the code. */
    public record TypeCode(String proof, String typed, boolean wrong) {}

    /** The form for the decision. */
    public record Confirm(String proof, String code, String client, String username, List<Asked> asked) {
        /** A scope and what the settings say it means; empty where they say nothing. */
        public record Asked(String scope, String sentence) {}
    }

    /** What was decided. */
    public record Decided(boolean allowed) {}

    public Future<Reply> show(Call call) {
        String typed = FormBody.ofQuery(call).field(CODE).orElse("");
        return visitor(call)
                .compose(visitor -> visitor.isEmpty() ? toSignIn(call, typed) : shown(visitor.get(), typed));
    }

    public Future<Reply> decide(Call call) {
        FormBody form = FormBody.of(call);
        String typed = form.field(CODE).orElse("");
        return visitor(call)
                .compose(visitor -> visitor.isEmpty() ? toSignIn(call, typed) : submitted(visitor.get(), form, typed));
    }

    private Future<Optional<Visitor>> visitor(Call call) {
        Optional<BrowserCookie> cookie = BrowserCookie.of(call, url);
        if (cookie.isEmpty()) return Future.succeededFuture(Optional.empty());
        return sessions.find(cookie.get()).map(found -> found.map(session -> new Visitor(call, cookie.get(), session)));
    }

    /** Somebody has to sign in first; afterwards the browser comes back here. */
    private Future<Reply> toSignIn(Call call, String typed) {
        detours.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
        Optional<BrowserCookie> known = BrowserCookie.of(call, url);
        BrowserCookie browser = known.orElseGet(() -> BrowserCookie.fresh(random));
        return interactions
                .begin(browser, Client.GATEHOUSE, Interaction.toPage(address(typed)))
                .map(handle -> Reply.seeOther("/login?" + Interaction.PARAMETER + "=" + handle))
                .map(reply -> known.isPresent() ? reply : reply.with("Set-Cookie", browser.set(url)));
    }

    private Future<Reply> shown(Visitor visitor, String typed) {
        if (typed.isEmpty()) return Future.succeededFuture(typeCode(visitor, "", false));
        return found(visitor, typed)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(typeCode(visitor, typed, true))
                        : confirm(visitor, found.get()));
    }

    /** What waits under a code. */
    private record Found(UserCode code, Pending pending) {}

    private Future<Optional<Found>> found(Visitor visitor, String typed) {
        var guessers = List.of(
                visitor.session().id().value(),
                SourceNetwork.of(visitor.call().clientAddress()).value());
        for (String guesser : guessers)
            guesses.blocked(guesser).ifPresent(wait -> {
                throw Reason.TOO_MANY_ATTEMPTS
                        .because("Too many codes that no device shows.")
                        .retryAfter(wait);
            });
        Optional<UserCode> code = UserCode.typed(typed);
        Future<Optional<Found>> found = code.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : devices.find(code.get()).map(pending -> pending.map(some -> new Found(code.get(), some)));
        return found.onSuccess(some -> {
            if (some.isEmpty()) guessers.forEach(guesses::take);
        });
    }

    private Reply typeCode(Visitor visitor, String typed, boolean wrong) {
        var view = new TypeCode(forms.of(visitor.browser().value(), PATH), typed, wrong);
        return pages.html(wrong ? 400 : 200, "device", visit(visitor), view);
    }

    private Visit visit(Visitor visitor) {
        return pages.visit(visitor.call()).speaking(visitor.session().language());
    }

    private Future<Reply> confirm(Visitor visitor, Found found) {
        return clients.find(found.pending().client()).map(client -> {
            if (client.isEmpty()) return typeCode(visitor, found.code().shown(), true);
            var view = new Confirm(
                    forms.of(visitor.browser().value(), purpose(found.code())),
                    found.code().shown(),
                    client.get().displayName(),
                    visitor.session().person().username(),
                    asked(found.pending().scopes()));
            return pages.html(200, "device-confirm", visit(visitor), view);
        });
    }

    private List<Confirm.Asked> asked(Scopes scopes) {
        var sentences = config.get().scopes();
        return scopes.values().stream()
                .map(scope -> new Confirm.Asked(scope, sentences.getOrDefault(scope, "")))
                .toList();
    }

    private Future<Reply> submitted(Visitor visitor, FormBody form, String typed) {
        Optional<String> decision = form.field("decision");
        Optional<UserCode> code = UserCode.typed(typed);
        if (decision.isEmpty() || code.isEmpty()) {
            forms.check(visitor.call(), form, visitor.browser().value(), PATH);
            return Future.succeededFuture(Reply.seeOther(address(typed)));
        }
        forms.check(visitor.call(), form, visitor.browser().value(), purpose(code.get()));
        if (!decision.get().equals("allow")) return decided(visitor, code.get(), false);
        if (dues.first(visitor.session().person()).isPresent())
            return Future.succeededFuture(
                    Reply.seeOther("/login?return=" + URLEncoder.encode(address(typed), StandardCharsets.UTF_8)));
        return decided(visitor, code.get(), true);
    }

    private Future<Reply> decided(Visitor visitor, UserCode code, boolean allowed) {
        BrowserSession by = visitor.session();
        Source origin = Source.address(visitor.call().clientAddress().getHostAddress());
        return devices.decide(code, allowed, by).compose(client -> {
            if (client.isEmpty()) return Future.succeededFuture(typeCode(visitor, code.shown(), true));
            return trail.record(new DeviceDecided(by.person().id(), client.get(), allowed, origin))
                    .map(pages.html(200, "device-done", visit(visitor), new Decided(allowed)));
        });
    }

    /** A proof for one decision is none for another. */
    private static String purpose(UserCode code) {
        return PATH + " " + code.letters();
    }

    /** Only a code's letters come along, however it was typed. */
    private static String address(String typed) {
        return UserCode.typed(typed)
                .map(code -> PATH + "?" + CODE + "=" + code.shown())
                .orElse(PATH);
    }
}
