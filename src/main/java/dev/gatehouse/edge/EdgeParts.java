package dev.gatehouse.edge;

import dev.gatehouse.config.Config.Listen;
import dev.gatehouse.limits.ForgeryGuard;
import dev.gatehouse.tokens.GatehouseJwtAuth;
import dev.gatehouse.tokens.ResourceProofs;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.TokenProfile;
import dev.gatehouse.web.OwnAddresses;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the door hands to every {@link GatewayVerticle}.
 *
 * @param listen where the port is opened; every instance shares it
 * @param snapshot the settings now; asked once per request, which finishes on what it was given
 * @param tokens one API's view of tokens; asked once per event loop and profile
 * @param proofs judges who shows a token that is bound to a key
 * @param sessions the tokens of browser sessions, shared by all loops
 * @param house makes the handler of our own addresses; asked once per loop. A {@link dev.gatehouse.web.Exchange} is attached to what it is given
 * @param databaseGraceOver whether the database has been away for so long that only public routes go on
 * @param upstreams the servers behind the gate, shared by all loops
 * @param forgeries failed tokens by source, shared by all loops
 * @param crowd how many there are on all loops
 * @param log one line per request
 * @param spans the same for a collector of traces
 * @param devMode callers on this machine are told which clause of a rule failed
 * @param leaving whether the gate closes: every answer is then the last on its connection
 * @param drain how long requests may take to finish when the gate closes
 */
public record EdgeParts(
        Listen listen,
        Supplier<EdgeSnapshot> snapshot,
        Function<TokenProfile, GatehouseJwtAuth> tokens,
        ResourceProofs proofs,
        SessionTokens sessions,
        Function<Vertx, OwnAddresses> house,
        BooleanSupplier databaseGraceOver,
        Upstreams upstreams,
        ForgeryGuard forgeries,
        Crowd crowd,
        AccessLog log,
        Spans spans,
        boolean devMode,
        BooleanSupplier leaving,
        Duration drain,
        InstantSource clock,
        SecureRandom random) {}
