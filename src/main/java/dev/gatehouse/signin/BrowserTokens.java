package dev.gatehouse.signin;

import dev.gatehouse.clients.Clients;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Dues;
import dev.gatehouse.outbound.SingleFlight;
import dev.gatehouse.signin.BrowserSessions.Living;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.SessionTokens;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.vocabulary.Generations;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for the sessions that browsers hold, made here when they are needed: a session of our own needs no refresh token and no network. A session is looked up when
 * its cookie is first seen and then at most once a {@link #CHECK}, which is also how often it is marked as used; in between its tokens live or die by what was revoked.
 */
public final class BrowserTokens implements SessionTokens {
    /** How long what was found in the database is taken for true: a cookie that was replaced, a changed role and a passed limit are noticed by then. */
    static final Duration CHECK = Duration.ofMinutes(1);

    /** Where the database is away, sessions that are known go on, as tokens do. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /** A token is replaced that long before its end, or a fifth of its life. */
    private static final Duration AHEAD = Duration.ofSeconds(30);

    /** A session with a token for one API takes about 2 KB. */
    static final int MOST_SESSIONS = 16_384;

    /** Cookies of sessions that are over, and made-up ones, in a table of their own, so that they push nobody out. */
    static final int MOST_NOBODIES = 4_096;

    private final BrowserSessions sessions;
    private final Clients clients;
    private final Supplier<Config> config;
    private final TokenMint mint;
    private final Dues dues;
    private final MappedClaims mapped;
    private final InstantSource clock;
    private final SingleFlight<Asked, Optional<String>> flights = new SingleFlight<>();
    private final Generations<String, Held> living = new Generations<>(MOST_SESSIONS);
    private final Generations<String, Long> nobodies = new Generations<>(MOST_NOBODIES);

    BrowserTokens(House house) {
        this.sessions = new BrowserSessions(house.database(), house.config());
        this.clients = house.clients();
        this.config = house.config();
        this.mint = house.tokens().mint();
        this.clock = house.clock();
        this.dues = house.dues();
        this.mapped = new MappedClaims(house.config());
    }

    private record Asked(String cookie, String audience) {}

    private record Token(String text, long replacedAtMillis) {}

    /** One session as it was when it was looked up, and its tokens by audience. */
    private record Held(Living found, Instant expiresAt, long dueAtMillis, ConcurrentHashMap<String, Token> tokens) {
        /** Whether tokens made for the other one would say the same. */
        boolean isLike(Held other) {
            return found.session().equals(other.found.session())
                    && found.expiresAt().equals(other.found.expiresAt());
        }
    }

    @Override
    public @Nullable String held(String cookie, String audience) {
        long now = clock.millis();
        Held held = living.get(cookie);
        if (held == null) return isNobodys(cookie, now) ? NOBODYS : null;
        if (now >= held.dueAtMillis()) return null;
        return token(held, audience, now);
    }

    private static @Nullable String token(Held held, String audience, long now) {
        Token token = held.tokens().get(audience);
        return token == null || now >= token.replacedAtMillis() ? null : token.text();
    }

    private boolean isNobodys(String cookie, long now) {
        Long until = nobodies.get(cookie);
        return until != null && now < until;
    }

    @Override
    public Future<Optional<String>> find(String cookie, String audience) {
        return flights.ask(new Asked(cookie, audience), () -> found(cookie, audience));
    }

    /** Somebody else may have found it meanwhile. */
    private Future<Optional<String>> found(String cookie, String audience) {
        String known = held(cookie, audience);
        if (known != null) return Future.succeededFuture(known.equals(NOBODYS) ? Optional.empty() : Optional.of(known));
        Held held = living.get(cookie);
        if (held != null && clock.millis() < held.dueAtMillis()) return Future.succeededFuture(tokenOf(held, audience));
        return sessions.living(new BrowserCookie(new Secret(cookie)))
                .map(living -> owes(living) ? Optional.<Held>empty() : looked(cookie, living))
                .recover(cause -> goingOn(cookie, held, cause))
                .map(now -> now.flatMap(session -> tokenOf(session, audience)));
    }

    /** Whoever has yet to accept terms, or to show that a mail address is theirs, is nobody to APIs, and that may be over at any moment. */
    private boolean owes(Optional<Living> found) {
        return found.filter(living -> dues.first(living.session().person()).isPresent())
                .isPresent();
    }

    private Optional<Held> looked(String cookie, Optional<Living> found) {
        Instant now = clock.instant();
        if (found.isEmpty()) {
            living.remove(cookie);
            nobodies.put(cookie, now.plus(CHECK).toEpochMilli());
            return Optional.empty();
        }
        Living session = found.get();
        Held fresh = new Held(
                session, now.plus(session.left()), now.plus(checkEvery()).toEpochMilli(), new ConcurrentHashMap<>());
        Held before = living.get(cookie);
        if (before != null && before.isLike(fresh)) fresh.tokens().putAll(before.tokens());
        living.put(cookie, fresh);
        return Optional.of(fresh);
    }

    /** Often enough for the shortest idle limit. */
    private Duration checkEvery() {
        Duration half = config.get().tokens().session().idle().dividedBy(2);
        return half.compareTo(CHECK) < 0 ? half : CHECK;
    }

    private Future<Optional<Held>> goingOn(String cookie, @Nullable Held held, Throwable cause) {
        if (held == null || !held.expiresAt().isAfter(clock.instant())) return Future.failedFuture(cause);
        Held on = new Held(
                held.found(), held.expiresAt(), clock.instant().plus(AGAIN).toEpochMilli(), held.tokens());
        living.put(cookie, on);
        return Future.succeededFuture(Optional.of(on));
    }

    /** The one that is there, or a new one that does not live longer than the session. Empty where that is over. */
    private Optional<String> tokenOf(Held held, String audience) {
        Instant now = clock.instant();
        String there = token(held, audience, now.toEpochMilli());
        if (there != null) return Optional.of(there);
        Duration left = Duration.between(now, held.expiresAt());
        if (left.toSeconds() < 1) return Optional.empty();
        Duration usual = config.get().tokens().access();
        Duration lifetime = usual.compareTo(left) < 0 ? usual : left;
        BrowserSession session = held.found().session();
        var person = session.person();
        var said = new HashMap<String, Object>(
                Map.of("auth_time", session.authTime().getEpochSecond(), "acr", session.acr(), "amr", session.amr()));
        session.secondFactorAt().ifPresent(at -> said.put("mfa_time", at.getEpochSecond()));
        var grant = new AccessGrant(
                person.id().value(),
                clients.gatehouse().id(),
                Optional.of(session.id()),
                Optional.of(person.username()),
                List.of(audience),
                clients.gatehouse().scopes(),
                person.roles(),
                person.groups(),
                mapped.of(person, said),
                lifetime);
        String token = mint.mint(grant, now).token();
        Duration fifth = lifetime.dividedBy(5);
        Duration ahead = fifth.compareTo(AHEAD) < 0 ? fifth : AHEAD;
        held.tokens()
                .put(audience, new Token(token, now.plus(lifetime).minus(ahead).toEpochMilli()));
        return Optional.of(token);
    }

    @Override
    public void forget(String cookie) {
        living.remove(cookie);
    }

    /** How many sessions are at hand, for a gauge. */
    public int size() {
        return living.size();
    }
}
