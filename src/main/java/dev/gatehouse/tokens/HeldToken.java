package dev.gatehouse.tokens;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A token that was accepted, in the hands of somebody who goes on with it for long. Looking at it again costs three comparisons as long as nothing was revoked, no issuer
 * and no key has changed, and it has not expired. Confined to one event loop.
 */
public final class HeldToken {
    /** How a token stands now. */
    public enum Stand {
        HOLDS,
        EXPIRED,
        REVOKED,
        /** Neither; whoever holds it has to {@link HeldToken#ask}. */
        OPEN
    }

    /** How often somebody else's word on a token is asked for again; it is passed on from memory while it counts ({@link Introspector#BELIEVED}). */
    static final Duration HEARSAY = Duration.ofSeconds(5);

    private final GatehouseJwtAuth auth;
    private final Tokens tokens;
    private final InstantSource clock;
    private final String token;
    private final Claims claims;
    private final long expiresAtMillis;
    private final boolean hearsay;
    private Trust trust;
    private long revocationsSeen = -1;
    private long askedAtMillis;

    HeldToken(GatehouseJwtAuth auth, Tokens tokens, InstantSource clock, String token, Claims claims) {
        this.auth = auth;
        this.tokens = tokens;
        this.clock = clock;
        this.token = token;
        this.claims = claims;
        this.expiresAtMillis = claims.expiresAt().toEpochMilli();
        this.trust = tokens.trust();
        this.hearsay = trust.stillHolds(claims.issuer(), null);
        this.askedAtMillis = clock.millis();
    }

    /** The count is read before the lookup: what is revoked in between is looked up the next time. */
    @SuppressWarnings("ReferenceEquality") // another trust is another object
    public Stand stand() {
        long now = clock.millis();
        if (now >= expiresAtMillis) return Stand.EXPIRED;
        long changes = tokens.revocations().changes();
        if (changes != revocationsSeen) {
            revocationsSeen = changes;
            if (tokens.revocations().revoked(claims)) {
                revocationsSeen = -1;
                return Stand.REVOKED;
            }
        }
        if (tokens.trust() != trust) return Stand.OPEN;
        return hearsay && now - askedAtMillis >= HEARSAY.toMillis() ? Stand.OPEN : Stand.HOLDS;
    }

    /** What is said of it now, by whoever can say so. Never fails. */
    public Future<Verdict> ask() {
        trust = tokens.trust();
        askedAtMillis = clock.millis();
        return auth.judge(token);
    }

    /** Whether it expires within that time. */
    public boolean expiresWithin(Duration time) {
        return clock.millis() + time.toMillis() >= expiresAtMillis;
    }

    public String text() {
        return token;
    }
}
