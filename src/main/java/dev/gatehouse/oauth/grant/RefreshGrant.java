package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_GRANT;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;

import dev.gatehouse.audit.AuditEvent.RefreshReused;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.audit.Source;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.grant.RefreshTokens.Turn;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.RefreshToken;
import dev.gatehouse.signin.Secrets;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;

/** grant_type=refresh_token (RFC 6749 §6, RFC 9700 §4.14): a token that rotates on every use, and takes its family along when it is used twice. */
public final class RefreshGrant {
    /** Tokens that do not hold, from one client at one address. */
    private static final TokenBucket WRONG_TOKENS = new TokenBucket(50, Duration.ofMinutes(1));

    private static final int MOST_SOURCES = 100_000;

    private final RefreshTokens rotation;
    private final Supplier<Config> config;
    private final AccessTokens tokens;
    private final Consumer<Revocation> learn;
    private final AuditTrail trail;
    private final InstantSource clock;
    private final LimitTable<WrongFrom> wrongTokens;

    public RefreshGrant(House house, AccessTokens tokens) {
        byte[] key = house.secrets().of(Secrets.Purpose.REFRESH_SUCCESSOR);
        this.rotation = new RefreshTokens(house.database(), new SecretKeySpec(key, "HmacSHA256"));
        this.config = house.config();
        this.tokens = tokens;
        this.learn = house.revocations()::learn;
        this.trail = house.trail();
        this.clock = house.clock();
        this.wrongTokens = new LimitTable<>(WRONG_TOKENS, MOST_SOURCES, clock);
    }

    private record WrongFrom(ClientId client, SourceNetwork source) {}

    public Future<Reply> exchange(Asked asked) {
        var from =
                new WrongFrom(asked.client().id(), SourceNetwork.of(asked.call().clientAddress()));
        wrongTokens.blocked(from).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("too many refresh tokens that do not hold")
                    .retryAfter(wait);
        });
        String text = asked.form()
                .field("refresh_token")
                .orElseThrow(() -> INVALID_REQUEST.because("refresh_token is missing"));
        Optional<Scopes> scopes = asked.form().field("scope").map(RefreshGrant::scopes);
        Optional<List<String>> audience =
                Optional.of(asked.form().all("resource")).filter(named -> !named.isEmpty());
        Instant now = clock.instant();
        return RefreshToken.presented(text)
                .map(token -> rotation.rotate(
                        token,
                        asked.client().id(),
                        scopes,
                        audience,
                        config.get().tokens().refresh()))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(turn -> turn.isPresent()
                        ? answer(asked, turn.get(), scopes, audience, now)
                        : Future.failedFuture(doesNotHold()))
                .onFailure(failure -> {
                    if (failure instanceof Refusal refusal && refusal.problem() == INVALID_GRANT)
                        wrongTokens.take(from);
                });
    }

    private Future<Reply> answer(
            Asked asked, Turn turn, Optional<Scopes> scopes, Optional<List<String>> audience, Instant now) {
        return switch (turn.outcome()) {
            case SCOPE_TOO_WIDE -> Future.failedFuture(INVALID_SCOPE.because("scope is wider than what was granted"));
            case OTHER_TARGET -> Future.failedFuture(INVALID_TARGET.because("resource is not among what was granted"));
            case REUSED -> reused(asked, turn);
            case ROTATED ->
                Future.succeededFuture(tokens.reply(
                        new Granted(
                                turn.person(),
                                turn.session(),
                                asked.client().id(),
                                stillOffered(scopes.orElse(turn.scopes()), asked),
                                audience.orElse(turn.audience())),
                        turn.successor(),
                        now));
        };
    }

    private Future<Reply> reused(Asked asked, Turn turn) {
        learn.accept(new Revocation.OfSession(turn.session(), clock.instant().plus(Accounts.LONGEST_TOKEN)));
        Source origin = Source.address(asked.call().clientAddress().getHostAddress());
        return trail.record(new RefreshReused(turn.person().id(), asked.client().id(), turn.family(), origin))
                .compose(recorded -> Future.failedFuture(doesNotHold()));
    }

    /** A scope that the settings no longer give this client is gone with the next access token. */
    private static Scopes stillOffered(Scopes granted, Asked asked) {
        var offered = new LinkedHashSet<>(granted.values());
        offered.retainAll(asked.client().scopes().values());
        return Scopes.of(offered);
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw INVALID_SCOPE.because("scope is not a list of scopes");
        }
    }

    /** One sentence for every cause. */
    private static Refusal doesNotHold() {
        return INVALID_GRANT.because("the refresh token is unknown, expired, revoked or was issued to another client");
    }
}
