package dev.gatehouse.signin;

import dev.gatehouse.clients.Client;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.signin.SignInStep.Done;
import dev.gatehouse.signin.SignInStep.Owes;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * People whom the gate sent to sign in on their way to a page behind it: {@code /login?return=/the/page}. They come back to that page, which is always one of this
 * house: anything that a browser might take for another place is not gone to (open redirect, RFC 9700 §4.11).
 */
final class Detours {
    private static final String RETURN = "return";

    /** A sign-in is asked for although somebody is signed in. */
    private static final String AGAIN = "again";

    /** {@code 2}: two factors are wanted. */
    private static final String LEVEL = "level";

    /** How many seconds ago what is wanted may have been shown. */
    private static final String WITHIN = "within";

    /** A path and a query in plain characters; no backslash, which browsers read as a slash, and no second slash, which would begin a host. */
    private static final Pattern LOCAL = Pattern.compile("/(?:[!-.0-\\[\\]-~][!-\\[\\]-~]{0,4094})?");

    private static final TokenBucket BEGINNINGS = new TokenBucket(600, Duration.ofMinutes(10));
    private static final int MOST_NETWORKS = 65_536;

    private final Interactions interactions;
    private final Entrance entrance;
    private final InstantSource clock;
    private final LimitTable<SourceNetwork> beginnings;
    private final String url;

    Detours(House house, Interactions interactions, Entrance entrance) {
        this.interactions = interactions;
        this.entrance = entrance;
        this.clock = house.clock();
        this.beginnings = new LimitTable<>(BEGINNINGS, MOST_NETWORKS, house.clock());
        this.url = house.url();
    }

    /** Empty where the visitor is not on one. */
    Optional<Future<Reply>> of(Call call, Visitor visitor) {
        if (visitor.interaction().isPresent()) return Optional.empty();
        return visitor.sent()
                .field(RETURN)
                .filter(page -> LOCAL.matcher(page).matches())
                .map(page -> begun(call, visitor, page));
    }

    private Wish wish(Visitor visitor) {
        var sent = visitor.sent();
        Optional<Instant> since = sent.field(WITHIN)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(text -> clock.instant().minusSeconds(Long.parseLong(text)));
        Level level = sent.field(LEVEL).filter("2"::equals).isPresent() ? Level.TWO : Level.ONE;
        return new Wish(level, since, sent.field(AGAIN).isPresent());
    }

    private Future<Reply> begun(Call call, Visitor visitor, String page) {
        Wish wish = wish(visitor);
        SignInStep step =
                visitor.session().map(session -> entrance.step(session, wish)).orElseGet(SignInStep.Identify::new);
        if (step instanceof Done) return Future.succeededFuture(Reply.seeOther(page));
        if (step instanceof Owes owes) return begun(call, visitor, Interaction.toPage(page), DuePages.of(owes.due()));
        return begun(call, visitor, wish.in(Interaction.toPage(page)), "/login");
    }

    private Future<Reply> begun(Call call, Visitor visitor, JsonObject request, String next) {
        beginnings.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.RATE_LIMITED
                    .because("Too many requests from your network.")
                    .retryAfter(wait);
        });
        return interactions
                .begin(visitor.cookie(), Client.GATEHOUSE, request)
                .map(handle -> Reply.seeOther(next + "?" + Interaction.PARAMETER + "=" + handle))
                .map(reply -> visitor.known()
                        ? reply
                        : reply.with("Set-Cookie", visitor.cookie().set(url)));
    }
}
