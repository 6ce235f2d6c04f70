package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.ClientId;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a browser is on our pages: a client sent it with a request that needs a person. {@code request} is what came, as it was checked; the browser only carries the
 * {@code handle}, and the handle is good in this browser alone. The times say which proofs were given on the way, so that {@code prompt=login} is met by a sign-in of
 * this interaction and by no older one.
 */
public record Interaction(
        String handle,
        ClientId client,
        JsonObject request,
        Instant madeAt,
        Optional<Instant> signedInAt,
        Optional<Instant> consentedAt,
        Optional<Instant> chosenAt) {
    /** The parameter of our pages that carries the handle. */
    public static final String PARAMETER = "flow";

    private static final String PAGE = "page";

    /** Where a browser goes on when what was asked of the person has been given. */
    public static final String RESUME = "/oauth/continue";

    /** The request of a page of our own that wants somebody to sign in and nothing else. {@code address} begins with a slash. */
    public static JsonObject toPage(String address) {
        return new JsonObject().put(PAGE, address);
    }

    /** That page's address, where it was no client that sent the browser. */
    public Optional<String> page() {
        return Optional.ofNullable(request.getString(PAGE));
    }

    /** What the sign-in is to amount to. */
    Wish wish() {
        return Wish.of(request);
    }

    /** Where the browser goes on. */
    public String onward() {
        return page().orElseGet(() -> RESUME + "?" + PARAMETER + "=" + handle);
    }
}
