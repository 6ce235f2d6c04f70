package dev.gatehouse.tokens;

import dev.gatehouse.config.ForeignIssuer;
import dev.gatehouse.config.ForeignIssuer.Keys;
import dev.gatehouse.keys.KeySet;
import dev.gatehouse.outbound.Freshness;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.SingleFlight;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that one issuer publishes: fetched in the background before they have grown old, and when a token names one that is not among them, though not at every such
 * token. What was good stays while nothing better can be had, for a day; after it the issuer's tokens cannot be judged.
 */
final class IssuerKeys {
    static final int MOST_BYTES = 128 * 1024;
    /** How long they serve when they can no longer be fetched. */
    static final Duration KEPT = Duration.ofHours(24);
    /** How soon it is tried again when nothing came. */
    static final Duration RETRY = Duration.ofSeconds(5);
    /** So many requests wait for a fetch that is under way. */
    static final int MOST_WAITING = 1_000;

    private static final String WHAT = "application/jwk-set+json, application/json";
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private final Vertx vertx;
    private final GuardedClient outbound;
    private final ForeignIssuer issuer;
    private final InstantSource clock;
    private final Runnable changed;
    private final SingleFlight<ForeignIssuer, Known> flights = new SingleFlight<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Known known = new Known(null, Instant.MIN, Instant.MIN, false);
    private volatile boolean closed;
    private volatile long timer = -1;

    /** {@code goodUntil}: how long without news; {@code askFrom}: not because of a token before that. */
    private record Known(@Nullable ForeignKeys keys, Instant goodUntil, Instant askFrom, boolean fresh) {}

    /** {@code changed} is told when there are others than before. */
    IssuerKeys(Vertx vertx, GuardedClient outbound, ForeignIssuer issuer, InstantSource clock, Runnable changed) {
        this.vertx = vertx;
        this.outbound = outbound;
        this.issuer = issuer;
        this.clock = clock;
        this.changed = changed;
    }

    KeySet keys() {
        var keys = known.keys();
        return keys == null ? NoKeys.YET : keys;
    }

    void start() {
        fetch(false);
    }

    void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    /** Because a token names a key that is not there. Never fails. */
    Future<Void> wanted() {
        if (clock.instant().isBefore(known.askFrom()) || waiting.get() >= MOST_WAITING) return Future.succeededFuture();
        waiting.incrementAndGet();
        return fetch(true).eventually(() -> {
            waiting.decrementAndGet();
            return Future.succeededFuture();
        });
    }

    private Future<Void> fetch(boolean forToken) {
        return flights.ask(issuer, () -> fetched()
                        .map(set -> good(set, forToken))
                        .recover(this::notNow)
                        .onSuccess(this::learnt))
                .mapEmpty();
    }

    /** A set, and how long it is believed. */
    private record Published(ForeignKeys keys, Duration fresh) {}

    private Future<Published> fetched() {
        return address().compose(url -> outbound.get(url, WHAT, MOST_BYTES)).compose(this::read);
    }

    private Future<URI> address() {
        Optional<Keys> said = issuer.jwks();
        if (said.isPresent() && said.get() instanceof Keys.AtUrl at) return Future.succeededFuture(at.url());
        return discovered(IssuerDiscovery.addresses(issuer.issuer()).iterator());
    }

    /** The first document that is there decides. */
    private Future<URI> discovered(Iterator<URI> addresses) {
        return outbound.get(addresses.next(), "application/json", MOST_BYTES).compose(document -> {
            if (document.status() != 200 && addresses.hasNext()) return discovered(addresses);
            try {
                return Future.succeededFuture(IssuerDiscovery.keysIn(document, issuer.issuer()));
            } catch (Failure no) {
                return Future.failedFuture(no);
            }
        });
    }

    private Future<Published> read(Fetched fetched) {
        if (fetched.status() != 200)
            return Future.failedFuture(new Failure("the key set was answered with status " + fetched.status()));
        try {
            var keys = ForeignKeys.parse(fetched.body().getBytes(), issuer.algorithms());
            return Future.succeededFuture(new Published(keys.keeping(known.keys()), Freshness.of(fetched.headers())));
        } catch (ForeignKeys.Fault fault) {
            return Future.failedFuture(new Failure(fault.sentence()));
        }
    }

    /** The wait of tokens counts from a fetch that one of them caused, or who changes keys just after an ordinary one is locked out. */
    private Known good(Published set, boolean forToken) {
        Instant now = clock.instant();
        schedule(set.fresh());
        return new Known(
                set.keys(), now.plus(set.fresh()).plus(KEPT), forToken ? now.plus(RemoteJwks.COOL_DOWN) : now, true);
    }

    private Future<Known> notNow(Throwable failure) {
        Instant now = clock.instant();
        Known before = known;
        boolean kept = before.keys() != null && now.isBefore(before.goodUntil());
        Duration wait = kept ? RemoteJwks.COOL_DOWN : RETRY;
        if (before.fresh() || before.askFrom().equals(Instant.MIN))
            LOG.warn(
                    "the keys of {} could not be had: {}; {}",
                    issuer.issuer(),
                    failure instanceof Failure said ? said.sentence() : failure.toString(),
                    kept ? "those from before serve meanwhile" : "its tokens cannot be judged meanwhile");
        schedule(wait);
        return Future.succeededFuture(
                new Known(kept ? before.keys() : null, before.goodUntil(), now.plus(wait), false));
    }

    @SuppressWarnings("ReferenceEquality") // the same keys are the same object
    private void learnt(Known now) {
        var before = known.keys();
        known = now;
        if (now.keys() == before) return;
        if (now.keys() != null) {
            List<String> leftOut = now.keys().leftOut();
            LOG.info("the keys of {} are here{}", issuer.issuer(), leftOut.isEmpty() ? "" : ", without " + leftOut);
        }
        changed.run();
    }

    /** One timer, whatever caused the fetch before it. */
    private void schedule(Duration wait) {
        vertx.cancelTimer(timer);
        if (!closed) timer = vertx.setTimer(wait.toMillis(), due -> fetch(false));
    }
}
