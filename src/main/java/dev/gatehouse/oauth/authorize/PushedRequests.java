package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.oauth.authorize.AuthorizationRequest.Pushed;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interactions;
import dev.gatehouse.store.OneTime;
import dev.gatehouse.store.OneTime.Kind;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Requests that were brought ahead of the browser, each under a name nobody can guess (RFC 9126 §2.2). One may be opened more than once while it is fresh, since
 * people reload pages; one authorization comes of it, however many windows it was opened in (§7.3, decision 0176).
 */
final class PushedRequests {
    static final Duration LIFETIME = Duration.ofSeconds(60);

    private static final String PREFIX = "urn:ietf:params:oauth:request_uri:";
    private static final Pattern OURS = Pattern.compile(Pattern.quote(PREFIX) + "[A-Za-z0-9_-]{43}");

    private final OneTime once;
    private final House house;

    PushedRequests(House house) {
        this.once = new OneTime(house.database());
        this.house = house;
    }

    static boolean couldHaveMade(String uri) {
        return OURS.matcher(uri).matches();
    }

    /** Its {@code request_uri}. */
    Future<String> keep(AuthorizationRequest request) {
        String uri = PREFIX + RandomText.of(house.random(), 32);
        Instant until = house.clock().instant().plus(LIFETIME);
        return once.put(Kind.PUSHED_REQUEST, uri, request.toJson(), until).map(uri);
    }

    /** Fails, for the person to read, with what is used, expired or another client's. */
    Future<AuthorizationRequest> open(String uri, Client client) {
        Instant until = house.clock().instant().plus(LIFETIME);
        return once.look(Kind.PUSHED_REQUEST, uri).map(found -> found.map(AuthorizationRequest::of)
                .filter(request -> request.client().equals(client.id()))
                .map(request -> request.pushedAs(new Pushed(uri, until)))
                .orElseThrow(PushedRequests::over));
    }

    /**
     * True for the one caller that makes something of it. The request itself may have expired meanwhile, since a person takes longer than a minute: what decides is
     * a mark that outlives every interaction that it could have begun.
     */
    Future<Boolean> use(Pushed pushed) {
        return once.first(
                        Kind.PUSHED_REQUEST,
                        "used " + pushed.uri(),
                        pushed.until().plus(Interactions.LIFETIME))
                .compose(first -> once.take(Kind.PUSHED_REQUEST, pushed.uri(), Optional.empty())
                        .map(first));
    }

    static Refusal over() {
        return Reason.SIGN_IN_OVER.because("This request has been used before, or it took too long.");
    }
}
