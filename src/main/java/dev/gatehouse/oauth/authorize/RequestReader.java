package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.REQUEST_URI_NOT_SUPPORTED;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.OAuthError;
import dev.gatehouse.oauth.authorize.Sent.How;
import dev.gatehouse.signin.House;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * From what was sent to a request that has passed every check, in two phases. Until the client is known and the answer's destination is its own, what is wrong is
 * said to the person, on a page, and nobody is sent anywhere (RFC 6749 §4.1.2.1). After that, the client is told.
 */
final class RequestReader {
    private static final int LONGEST_CLIENT_ID = 2048;

    private final House house;
    private final RequestObjects objects;
    private final PushedRequests pushes;
    private final IdTokenHints hints;

    RequestReader(House house, RequestObjects objects, PushedRequests pushes) {
        this.house = house;
        this.objects = objects;
        this.pushes = pushes;
        this.hints = new IdTokenHints(house);
    }

    /** What came of reading. */
    sealed interface Reading {
        record Good(AuthorizationRequest request, Client client) implements Reading {}

        /** For the client to hear. */
        record Bad(Destination destination, Refusal why) implements Reading {}
    }

    /** Fails with what is for the person to read. */
    Future<Reading> read(FormBody form, Call call) {
        var sent = new Sent(form, How.OPENLY);
        if (sent.unclearWhoAsks())
            throw Reason.AMBIGUOUS_REQUEST.because(
                    "The app said twice who it is, or where you are to be sent back to.");
        String id = sent.field("client_id")
                .filter(text -> !text.isBlank() && text.length() <= LONGEST_CLIENT_ID)
                .orElseThrow(RequestReader::unknownApp);
        return house.clients()
                .find(new ClientId(id))
                .compose(found -> read(sent, found.orElseThrow(RequestReader::unknownApp), call));
    }

    /** A request that its own client brings, ahead of the browser: whatever is wrong, it is told. */
    Future<AuthorizationRequest> readPushed(FormBody form, Client client) {
        var sent = new Sent(form, How.PUSHED);
        if (sent.field("request_uri").isPresent())
            throw INVALID_REQUEST.because("a pushed request does not point to another (RFC 9126 section 2.1)");
        return (sent.field("request").isPresent() ? objects.open(sent, client) : Future.succeededFuture(sent))
                .map(opened -> checked(opened, client, Destination.of(opened, client)));
    }

    private Future<Reading> read(Sent sent, Client client, Call call) {
        var uri = sent.field("request_uri");
        boolean signed = sent.field("request").isPresent();
        if (uri.isPresent() && signed)
            return bad(sent, client, INVALID_REQUEST.because("request and request_uri exclude each other"));
        if (uri.isPresent() && !PushedRequests.couldHaveMade(uri.get()))
            return bad(sent, client, REQUEST_URI_NOT_SUPPORTED.because("request_uri is for pushed requests here"));
        if (uri.isPresent()) return pushes.open(uri.get(), client).map(request -> new Reading.Good(request, client));
        if (!signed) return Future.succeededFuture(judged(sent, client, call));
        return objects.open(sent, client)
                .transform(opened -> opened.succeeded()
                        ? Future.succeededFuture(opened.result()).map(read -> judged(read, client, call))
                        : unopened(sent, client, opened.cause()));
    }

    private static Future<Reading> unopened(Sent sent, Client client, Throwable failure) {
        return failure instanceof Refusal refusal && refusal.problem() instanceof OAuthError
                ? bad(sent, client, refusal)
                : Future.failedFuture(failure);
    }

    private Reading judged(Sent sent, Client client, Call call) {
        Destination destination = destination(sent, client, call);
        try {
            return new Reading.Good(checked(sent, client, destination), client);
        } catch (Refusal why) {
            return new Reading.Bad(destination, why);
        }
    }

    /** Whoever tries things out at home is told what differs, and where to repair it. */
    private Destination destination(Sent sent, Client client, Call call) {
        try {
            return Destination.of(sent, client);
        } catch (Refusal nowhere) {
            boolean atHome =
                    house.url().startsWith("http:") && call.clientAddress().isLoopbackAddress();
            if (!atHome || sent.field("redirect_uri").isEmpty()) throw nowhere;
            var app = Optional.ofNullable(house.config().get().clients().get(client.id()));
            throw RedirectDiagnosis.of(sent.field("redirect_uri").get(), client.redirects(), app.map(known -> known.at()
                            .toString()))
                    .refusal();
        }
    }

    private AuthorizationRequest checked(Sent sent, Client client, Destination destination) {
        return Checks.passed(new Draft(sent, client, destination, house.config().get(), house.url(), hints));
    }

    /** What cannot be read any further: told to the client where it is clear enough who that is, or else to the person. */
    private static Future<Reading> bad(Sent sent, Client client, Refusal why) {
        try {
            return Future.succeededFuture(new Reading.Bad(Destination.of(sent, client), why));
        } catch (Refusal nowhere) {
            return Future.failedFuture(why);
        }
    }

    private static Refusal unknownApp() {
        return Reason.APP_UNKNOWN.because("The app that sent you is not registered here.");
    }
}
