package dev.gatehouse.oauth;

import dev.gatehouse.audit.AuditEvent.LogoutUntold;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.oauth.LogoutDeliveries.Delivery;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.signin.House;
import dev.gatehouse.store.Notices;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.vocabulary.RandomText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5): what is to be told is in the database, so it is told after a restart too, by
 * whichever node comes first. A client that does not answer is asked again, ever more rarely, and then given up.
 */
public final class BackChannelLogout {
    /** What the trigger of the table says. */
    static final String CHANNEL = "gatehouse_logout";

    static final int MOST_ATTEMPTS = 8;
    private static final int AT_ONCE = 16;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration LIFETIME = Duration.ofMinutes(2);
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

    private static final Logger LOG = LoggerFactory.getLogger(BackChannelLogout.class);

    private final Vertx vertx;
    private final LogoutDeliveries deliveries;
    private final Clients clients;
    private final Subjects subjects;
    private final TokenMint mint;
    private final GuardedClient outbound;
    private final AuditTrail trail;
    private final String issuer;
    private final InstantSource clock;
    private final SecureRandom random;
    private Future<Void> round = Future.succeededFuture();
    private volatile long timer = -1;
    private volatile boolean closed;

    BackChannelLogout(House house, Subjects subjects) {
        this.vertx = house.vertx();
        this.deliveries = new LogoutDeliveries(house.database());
        this.clients = house.clients();
        this.subjects = subjects;
        this.mint = house.tokens().mint();
        this.outbound = house.outbound();
        this.trail = house.trail();
        this.issuer = house.url();
        this.clock = house.clock();
        this.random = house.random();
    }

    /** Begins with what an earlier life left, and goes on as soon as the database says that there is more. */
    public void start(Notices notices) {
        notices.listen(CHANNEL, this::look);
        timer = vertx.setPeriodic(LOOK_EVERY.toMillis(), fired -> look());
    }

    /** What was begun is finished. */
    public synchronized Future<Void> close() {
        closed = true;
        if (timer >= 0) vertx.cancelTimer(timer);
        return round;
    }

    private synchronized void look() {
        if (closed || !round.isComplete()) return;
        round = round().onFailure(
                        failure -> LOG.debug("what is to be told could not be read: {}", failure.getMessage()))
                .otherwiseEmpty();
    }

    /** Everything that is due now. */
    Future<Void> round() {
        return deliveries
                .take(AT_ONCE)
                .compose(taken -> Future.join(taken.stream().map(this::deliver).toList())
                        .transform(told -> Future.succeededFuture(taken.size())))
                .compose(many -> many == AT_ONCE && !closed ? round() : Future.succeededFuture());
    }

    private Future<Void> deliver(Delivery delivery) {
        return clients.find(delivery.client()).compose(found -> {
            Optional<URI> where = found.flatMap(client -> client.logout().backChannel());
            return where.isPresent() ? told(found.get(), where.get(), delivery) : deliveries.done(delivery);
        });
    }

    private Future<Void> told(Client client, URI where, Delivery delivery) {
        if (delivery.late()) return givenUp(delivery, "too late");
        return outbound.postForm(where, Map.of("logout_token", logoutToken(client, delivery)))
                .transform(answer -> answer.succeeded()
                        ? answered(delivery, answer.result().status())
                        : again(delivery, String.valueOf(answer.cause().getMessage())));
    }

    /** §2.8: 200, and 204 from several frameworks; 400 is a no that stays one. */
    private Future<Void> answered(Delivery delivery, int status) {
        if (status == 200 || status == 204) return deliveries.done(delivery);
        return status == 400 ? givenUp(delivery, "status 400") : again(delivery, "status " + status);
    }

    private Future<Void> again(Delivery delivery, String why) {
        if (delivery.attempts() >= MOST_ATTEMPTS) return givenUp(delivery, why);
        LOG.info("{} was not told that a session ended, again later: {}", delivery.client(), why);
        return Future.succeededFuture();
    }

    private Future<Void> givenUp(Delivery delivery, String why) {
        LOG.warn("{} will not be told that a session ended: {}", delivery.client(), why);
        return trail.record(new LogoutUntold(delivery.client(), delivery.session(), why))
                .compose(recorded -> deliveries.done(delivery));
    }

    /** §2.4; a {@code nonce} would make it pass for an ID token, so there is none. */
    private String logoutToken(Client client, Delivery delivery) {
        long now = clock.instant().getEpochSecond();
        var claims = new JsonObject()
                .put("iss", issuer)
                .put("aud", client.id().value())
                .put("iat", now)
                .put("exp", now + LIFETIME.toSeconds())
                .put("jti", RandomText.of(random, 16))
                .put("sub", subjects.of(client, delivery.account()))
                .put("sid", delivery.session().value())
                .put("events", new JsonObject().put(EVENT, new JsonObject()));
        return mint.sign("logout+jwt", claims, client.signing().idToken());
    }
}
