package dev.gatehouse.tokens;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.outbound.Freshness;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.outbound.GuardedClient.Fetched;
import dev.gatehouse.outbound.SingleFlight;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys that others publish at an address of theirs ({@code jwks_uri}): fetched when they are first needed, again when they have grown old, and when somebody
 * shows a {@code kid} that is not among them, though not at every such token. What was good stays while nothing better can be had.
 */
public final class RemoteJwks {
    /** How often a set is fetched only because a {@code kid} is not in it, and how soon again after a failure. */
    public static final Duration COOL_DOWN = Duration.ofSeconds(60);

    static final int MOST_BYTES = 128 * 1024;
    static final int MOST_SETS = 2_000;
    static final long MOST_BYTES_TOGETHER = 16L << 20;

    /** How long a set serves that can no longer be fetched. */
    static final Duration KEPT = Duration.ofHours(24);

    private static final Set<String> ALGORITHMS =
            Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::wireName).collect(Collectors.toUnmodifiableSet());

    private final GuardedClient outbound;
    private final InstantSource clock;
    private final SingleFlight<URI, ForeignKeys> flights = new SingleFlight<>();
    /** In the order of last use; guarded by itself. */
    private final LinkedHashMap<URI, Known> known = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    public RemoteJwks(GuardedClient outbound, InstantSource clock) {
        this.outbound = outbound;
        this.clock = clock;
    }

    /** A set and when to look again; a set that was never there has a failure in its place. */
    private record Known(
            @Nullable ForeignKeys keys,
            int bytes,
            Instant freshUntil,
            Instant goodUntil,
            Instant refetchFrom,
            @Nullable Failure failure) {
        /** The same, not to be asked for before that. */
        Known again(Instant at) {
            return new Known(keys, bytes, at.isAfter(freshUntil) ? at : freshUntil, goodUntil, at, failure);
        }
    }

    /** Fails with a {@link Failure} where there is nothing that can be used. */
    public Future<ForeignKeys> keys(URI jwksUri) {
        Known set = look(jwksUri);
        if (set != null && clock.instant().isBefore(set.freshUntil())) return answer(set);
        return fetch(jwksUri, false);
    }

    /** Because a {@code kid} is not among {@link #keys}: fetched again, at most once per {@link #COOL_DOWN}. */
    public Future<ForeignKeys> refreshed(URI jwksUri) {
        Known set = look(jwksUri);
        if (set != null && clock.instant().isBefore(set.refetchFrom())) return answer(set);
        return fetch(jwksUri, true);
    }

    private static Future<ForeignKeys> answer(Known set) {
        if (set.keys() != null) return Future.succeededFuture(set.keys());
        return Future.failedFuture(set.failure() != null ? set.failure() : new Failure("there are no keys"));
    }

    private Future<ForeignKeys> fetch(URI jwksUri, boolean forKid) {
        return flights.ask(
                jwksUri, () -> outbound.get(jwksUri, "application/jwk-set+json, application/json", MOST_BYTES)
                        .compose(fetched -> read(jwksUri, fetched, forKid))
                        .recover(failure -> lastGood(jwksUri, sentence(failure))));
    }

    private Future<ForeignKeys> read(URI jwksUri, Fetched fetched, boolean forKid) {
        if (fetched.status() != 200)
            return Future.failedFuture(new Failure("the key set was answered with status " + fetched.status()));
        try {
            var keys = ForeignKeys.parse(fetched.body().getBytes(), ALGORITHMS);
            Instant now = clock.instant();
            Instant freshUntil = now.plus(Freshness.of(fetched.headers()));
            keep(
                    jwksUri,
                    new Known(
                            keys,
                            fetched.body().length(),
                            freshUntil,
                            freshUntil.plus(KEPT),
                            forKid ? now.plus(COOL_DOWN) : now,
                            null));
            return Future.succeededFuture(keys);
        } catch (ForeignKeys.Fault fault) {
            return Future.failedFuture(new Failure(fault.sentence()));
        }
    }

    /** Somebody's server being away is no reason to forget their keys at once, nor to ask it at every request. */
    private Future<ForeignKeys> lastGood(URI jwksUri, Failure failure) {
        Instant now = clock.instant();
        Instant again = now.plus(COOL_DOWN);
        Known before = look(jwksUri);
        Known after = before != null && before.keys() != null && now.isBefore(before.goodUntil())
                ? before.again(again)
                : new Known(null, 0, again, again, again, failure);
        keep(jwksUri, after);
        return answer(after);
    }

    private static Failure sentence(Throwable failure) {
        return failure instanceof Failure said ? said : new Failure("the key set could not be fetched");
    }

    private @Nullable Known look(URI jwksUri) {
        synchronized (known) {
            return known.get(jwksUri);
        }
    }

    private void keep(URI jwksUri, Known set) {
        synchronized (known) {
            Known before = known.put(jwksUri, set);
            bytes += set.bytes() - (before == null ? 0 : before.bytes());
            var oldest = known.entrySet().iterator();
            while (known.size() > MOST_SETS || bytes > MOST_BYTES_TOGETHER) {
                bytes -= oldest.next().getValue().bytes();
                oldest.remove();
            }
        }
    }
}
