package dev.gatehouse.signin.social;

import dev.gatehouse.outbound.Freshness;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.SingleFlight;
import dev.gatehouse.vocabulary.Issuer;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What OpenID providers say of themselves: asked for when it is needed, and again when it has grown old; what was good serves while nothing better can be had, for a day. */
final class Discoveries {
    static final int MOST_BYTES = 64 * 1024;
    static final Duration KEPT = Duration.ofHours(24);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(Discoveries.class);

    private final GuardedClient outbound;
    private final InstantSource clock;
    private final SingleFlight<Issuer, ProviderMetadata> flights = new SingleFlight<>();
    /** As many as the file has names for. */
    private final Map<Issuer, Known> known = new ConcurrentHashMap<>();

    /** When whoever could not be asked ahead may be asked so again; as many as the file has names for. */
    private final Map<Issuer, Instant> later = new ConcurrentHashMap<>();

    private record Known(ProviderMetadata metadata, Instant freshUntil, Instant goodUntil) {}

    Discoveries(GuardedClient outbound, InstantSource clock) {
        this.outbound = outbound;
        this.clock = clock;
    }

    /** Without asking. */
    Optional<ProviderMetadata> known(Issuer issuer) {
        return Optional.ofNullable(known.get(issuer)).map(Known::metadata);
    }

    /** Asks before anybody needs it; whoever does not answer is left alone for a while, however many pages are looked at meanwhile. */
    void ahead(Issuer issuer) {
        if (clock.instant().isBefore(later.getOrDefault(issuer, Instant.MIN))) return;
        later.put(issuer, clock.instant().plus(LEFT_ALONE));
        of(issuer)
                .onComplete(
                        known -> later.remove(issuer),
                        failure -> LOG.info(
                                "{} cannot be asked what it is: {}",
                                issuer,
                                failure instanceof Failure said
                                        ? said.sentence()
                                        : failure.getClass().getSimpleName()));
    }

    /** Fails with a {@link Failure} where nothing is known that can be used. */
    Future<ProviderMetadata> of(Issuer issuer) {
        Known there = known.get(issuer);
        Instant now = clock.instant();
        if (there != null && now.isBefore(there.freshUntil())) return Future.succeededFuture(there.metadata());
        return flights.ask(issuer, () -> fetch(issuer))
                .recover(failure -> there != null && now.isBefore(there.goodUntil())
                        ? Future.succeededFuture(there.metadata())
                        : Future.failedFuture(failure));
    }

    private Future<ProviderMetadata> fetch(Issuer issuer) {
        return outbound.get(address(issuer), "application/json", MOST_BYTES).compose(document -> {
            try {
                ProviderMetadata read = ProviderMetadata.of(document, issuer);
                Instant fresh = clock.instant().plus(Freshness.of(document.headers()));
                known.put(issuer, new Known(read, fresh, fresh.plus(KEPT)));
                return Future.succeededFuture(read);
            } catch (Failure no) {
                return Future.failedFuture(no);
            }
        });
    }

    /** OpenID Connect Discovery §4.1. */
    private static URI address(Issuer issuer) {
        String name = issuer.value();
        String stem = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        return URI.create(stem + "/.well-known/openid-configuration");
    }
}
