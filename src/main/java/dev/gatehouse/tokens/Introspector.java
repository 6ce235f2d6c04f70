package dev.gatehouse.tokens;

import dev.gatehouse.config.IntrospectSettings;
import dev.gatehouse.keys.Hashes;
import dev.gatehouse.outbound.PublicClient;
import dev.gatehouse.outbound.SingleFlight;
import dev.gatehouse.tokens.CompactToken.Unreadable;
import dev.gatehouse.vocabulary.Issuer;
import dev.gatehouse.vocabulary.Reason;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an issuer about tokens that say nothing by themselves (RFC 7662), by {@link OAuth2Auth} over the guarded way out. Whoever shows a token that is being asked about
 * waits for that answer; a no is remembered for a moment, a yes by the cache of verified tokens. What comes back is read as strictly as a token of the issuer's would be.
 */
final class Introspector {
    /** How long a yes counts, unless the token ends sooner. */
    static final Duration BELIEVED = Duration.ofSeconds(30);
    /** How long a no counts. */
    static final Duration REFUSED = Duration.ofSeconds(5);

    static final int MOST_REFUSED = 1_000;
    /** RFC 6750 §2.1, b64token. */
    private static final String TOKEN = "[A-Za-z0-9._~+/-]+=*";

    private static final Duration TIME_LIMIT = Duration.ofSeconds(6);
    private static final Verdict.Rejected INACTIVE =
            new Verdict.Rejected(Reason.INVALID_TOKEN, "the token is not active, says its issuer");
    private static final Verdict.Rejected NO_TOKEN = new Verdict.Rejected(Reason.INVALID_TOKEN, "this is not a token");
    private static final Logger LOG = LoggerFactory.getLogger(Introspector.class);

    private final Issuer issuer;
    private final OAuth2Auth endpoint;
    private final InstantSource clock;
    private final SingleFlight<String, Verdict> flights = new SingleFlight<>();
    private final FastThreadLocal<Refused> refused = new FastThreadLocal<>() {
        @Override
        protected Refused initialValue() {
            return new Refused();
        }
    };

    /** By digest, in the order in which they were asked about. */
    private static final class Refused extends LinkedHashMap<String, Instant> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_REFUSED;
        }
    }

    Introspector(Issuer issuer, IntrospectSettings settings, PublicClient outbound, InstantSource clock) {
        this.issuer = issuer;
        this.clock = clock;
        this.endpoint = OAuth2Auth.create(
                outbound.asVertx(),
                new OAuth2Options()
                        .setClientId(settings.clientId())
                        .setClientSecret(settings.clientSecret().reveal())
                        .setSite(settings.url().toString())
                        .setIntrospectionPath(settings.url().toString()));
    }

    /** Never fails. */
    Future<Verdict> about(String token) {
        if (!token.matches(TOKEN)) return Future.succeededFuture(NO_TOKEN);
        String digest = Hashes.sha256(token.getBytes(StandardCharsets.US_ASCII));
        Instant until = refused.get().get(digest);
        if (until != null && clock.instant().isBefore(until)) return Future.succeededFuture(INACTIVE);
        return flights.ask(token, () -> asked(token)).map(verdict -> {
            if (verdict == INACTIVE) {
                refused.get().remove(digest);
                refused.get().put(digest, clock.instant().plus(REFUSED));
            }
            return verdict;
        });
    }

    private Future<Verdict> asked(String token) {
        return endpoint.authenticate(new TokenCredentials(token))
                .timeout(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .map(User::principal)
                .map(this::verdict)
                .otherwise(this::without);
    }

    /** The library says no in two sentences; everything else that it fails with is that there was no answer. */
    private Verdict without(Throwable failure) {
        String why = String.valueOf(failure.getMessage());
        if (why.equals("Inactive Token") || why.equals("User token is expired.")) return INACTIVE;
        LOG.warn(
                "{} could not be asked about a token: {}",
                issuer,
                failure.getClass().getSimpleName());
        return Verdict.ISSUER_AWAY;
    }

    private Verdict verdict(JsonObject said) {
        if (!Boolean.TRUE.equals(said.getValue("active"))) return INACTIVE;
        try {
            return new Verdict.Accepted(claims(said));
        } catch (Unreadable | StrictJson.Malformed no) {
            return new Verdict.Rejected(
                    Reason.INVALID_TOKEN, "what the issuer says of the token does not hold: " + no.getMessage());
        }
    }

    private Claims claims(JsonObject said) throws Unreadable, StrictJson.Malformed {
        Instant now = clock.instant();
        var all = new HashMap<>(StrictJson.object(said.toBuffer().getBytes()));
        all.remove("access_token");
        all.remove("active");
        all.putIfAbsent("iss", issuer.value());
        all.putIfAbsent("iat", now.getEpochSecond());
        all.putIfAbsent("exp", now.plus(BELIEVED).getEpochSecond() + 1);
        if (all.get("username") != null) all.putIfAbsent("preferred_username", all.get("username"));
        if (all.get("client_id") != null) all.putIfAbsent("sub", all.get("client_id"));
        var reader = new ClaimReader(all);
        if (!reader.issuer().equals(issuer.value())) throw new Unreadable("the token is of another issuer (iss)");
        var claims = reader.claims(issuer, TokenType.ANY_JWT);
        TokenVerifier.checkDates(reader, claims, now);
        return claims;
    }
}
