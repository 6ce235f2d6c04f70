package dev.gatehouse.oauth.authorize;

import dev.gatehouse.clients.Client;
import dev.gatehouse.outbound.Freshness;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.SingleFlight;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Interaction;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GET /consent/picture: the picture of the app that the person is asked about. The house fetches it from where the app says it is, so that no page of ours has a browser
 * ask anybody else; it is remembered for a while, and so is that there is none (decision 0289).
 */
final class AppPictures {
    static final String PATH = "/consent/picture";
    static final int MOST_BYTES = 256 * 1024;
    static final int MOST_PICTURES = 64;
    static final int MOST_WRONG = 1_024;
    static final Duration WRONG_FOR = Duration.ofMinutes(1);

    /** Whoever opens it by itself gets a picture in an empty, closed room. */
    private static final String POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

    private final Journeys journeys;
    private final GuardedClient outbound;
    private final InstantSource clock;
    private final SingleFlight<URI, Optional<Picture>> flights = new SingleFlight<>();
    /** Apart from each other, so that addresses where nothing is push out nothing. */
    private final Map<URI, Known> right = remembered(MOST_PICTURES);

    private final Map<URI, Known> wrong = remembered(MOST_WRONG);

    AppPictures(House house, Journeys journeys) {
        this.journeys = journeys;
        this.outbound = house.outbound();
        this.clock = house.clock();
    }

    private record Known(Optional<Picture> picture, Instant until) {}

    /** Where a page finds the picture of its app; empty where the app has none. */
    static Optional<String> address(Client client, String handle) {
        return source(client).map(there -> PATH + "?" + Interaction.PARAMETER + "=" + handle);
    }

    /** For the browser that is asked, while it is asked: nobody else makes the house fetch anything. */
    Future<Reply> picture(Call call) {
        return journeys.resumed(FormBody.ofQuery(call).field(Interaction.PARAMETER), call)
                .compose(journey -> source(journey.client())
                        .map(this::found)
                        .orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .map(found -> reply(found.orElseThrow(() -> Reason.NO_ROUTE.because("The app has no picture there."))));
    }

    private static Optional<URI> source(Client client) {
        return client.shown()
                .logo()
                .filter(there -> "https".equals(there.getScheme()) || "http".equals(there.getScheme()));
    }

    private Future<Optional<Picture>> found(URI source) {
        Optional<Known> known = known(source);
        return known.isPresent()
                ? Future.succeededFuture(known.get().picture())
                : flights.ask(source, () -> fetched(source));
    }

    private Future<Optional<Picture>> fetched(URI source) {
        return outbound.get(source, Picture.TYPES, MOST_BYTES)
                .map(answer -> kept(source, judged(answer), Freshness.of(answer.headers())))
                .recover(cause -> cause instanceof Failure
                        ? Future.succeededFuture(kept(source, Optional.empty(), WRONG_FOR))
                        : Future.failedFuture(cause));
    }

    private static Optional<Picture> judged(Fetched answer) {
        return answer.status() == 200 && answer.body().length() <= MOST_BYTES
                ? Picture.of(answer.body())
                : Optional.empty();
    }

    private synchronized Optional<Known> known(URI source) {
        Known known = right.getOrDefault(source, wrong.get(source));
        return Optional.ofNullable(known).filter(some -> clock.instant().isBefore(some.until()));
    }

    private synchronized Optional<Picture> kept(URI source, Optional<Picture> picture, Duration fresh) {
        right.remove(source);
        wrong.remove(source);
        Duration kept = picture.isPresent() ? fresh : WRONG_FOR;
        (picture.isPresent() ? right : wrong)
                .put(source, new Known(picture, clock.instant().plus(kept)));
        return picture;
    }

    private static Reply reply(Picture picture) {
        return new Reply(
                200,
                List.of(
                        Map.entry("Content-Type", picture.type()),
                        Map.entry("Content-Security-Policy", POLICY),
                        Map.entry("Cross-Origin-Resource-Policy", "same-origin"),
                        Map.entry("Cache-Control", "private, max-age=300")),
                picture.content());
    }

    private static Map<URI, Known> remembered(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<URI, Known> eldest) {
                return size() > most;
            }
        };
    }
}
