package dev.gatehouse.clients;

import dev.gatehouse.keys.JwsAlgorithm;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.tokens.ForeignKeys;
import dev.gatehouse.tokens.RemoteJwks;
import dev.gatehouse.tokens.SignedJwt;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of clients, for assertions and signed requests: by value, or fetched from where they are published, and again for a {@code kid} not seen before. */
public final class ClientKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ClientKeys.class);
    private static final int MOST_READ = 4_000;
    private static final Set<String> ALGORITHMS =
            Arrays.stream(JwsAlgorithm.values()).map(JwsAlgorithm::wireName).collect(Collectors.toUnmodifiableSet());

    private final RemoteJwks remote;
    /** By identity: a client that changed is another one, with keys of its own. */
    private final Map<Client.Keys, Optional<ForeignKeys>> read = Collections.synchronizedMap(new IdentityHashMap<>());

    public ClientKeys(RemoteJwks remote) {
        this.remote = remote;
    }

    /** Those by which {@code jwt} may have been signed; empty where the client has none that can be used now. */
    public Future<Optional<ForeignKeys>> of(Client client, SignedJwt jwt) {
        var keys = client.proof().keys();
        if (keys.isEmpty()) return Future.succeededFuture(Optional.empty());
        if (keys.get() instanceof Client.Keys.ByValue byValue) return Future.succeededFuture(parsed(client, byValue));
        return published(client, ((Client.Keys.At) keys.get()), jwt);
    }

    private Future<Optional<ForeignKeys>> published(Client client, Client.Keys.At at, SignedJwt jwt) {
        return remote.keys(at.jwksUri())
                .compose(
                        known -> hasKeyFor(jwt, known) ? Future.succeededFuture(known) : remote.refreshed(at.jwksUri()))
                .map(Optional::of)
                .recover(failure -> unreachable(client, failure));
    }

    private static Future<Optional<ForeignKeys>> unreachable(Client client, Throwable failure) {
        if (!(failure instanceof GuardedClient.Failure)) return Future.failedFuture(failure);
        LOG.warn("the keys of client {} cannot be had: {}", client.id(), failure.getMessage());
        return Future.succeededFuture(Optional.empty());
    }

    private static boolean hasKeyFor(SignedJwt jwt, ForeignKeys keys) {
        return jwt.kid().map(kid -> keys.find(kid, jwt.algorithm()) != null).orElseGet(() -> keys.only(jwt.algorithm())
                .isPresent());
    }

    private Optional<ForeignKeys> parsed(Client client, Client.Keys.ByValue byValue) {
        if (read.size() >= MOST_READ) read.clear();
        return read.computeIfAbsent(byValue, fresh -> parse(client, byValue));
    }

    private static Optional<ForeignKeys> parse(Client client, Client.Keys.ByValue byValue) {
        try {
            return Optional.of(
                    ForeignKeys.parse(new JsonObject(byValue.jwks()).toBuffer().getBytes(), ALGORITHMS));
        } catch (ForeignKeys.Fault fault) {
            LOG.warn("the keys of client {} cannot be used: {}", client.id(), fault.sentence());
            return Optional.empty();
        }
    }
}
