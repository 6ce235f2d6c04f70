package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_GRANT;
import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;

import dev.gatehouse.audit.AuditEvent.RefreshReused;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.oauth.Authentication;
import dev.gatehouse.oauth.IdTokens;
import dev.gatehouse.oauth.IdTokens.Told;
import dev.gatehouse.oauth.grant.RefreshTokens.Turn;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.vocabulary.Scopes;
import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** grant_type=refresh_token (RFC 6749 §6, RFC 9700 §4.14): a token that rotates on every use, and takes its family along when it is used twice. */
public final class RefreshGrant implements Grant {
    private final RefreshMint mint;
    private final RefreshTokens rotation;
    private final Supplier<Config> config;
    private final AccessTokens tokens;
    private final IdTokens idTokens;
    private final Consumer<Revocation> learn;
    private final AuditTrail trail;

    public RefreshGrant(House house, AccessTokens tokens, IdTokens idTokens) {
        this.mint = house.refreshMint();
        this.rotation = new RefreshTokens(house.database(), mint);
        this.config = house.config();
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.learn = house.revocations()::learn;
        this.trail = house.trail();
    }

    /** What of the grant is wanted this time; absent is all of it. */
    private record Wanted(Optional<Scopes> scopes, Optional<List<String>> audience) {}

    @Override
    public Future<Issued> exchange(Asked asked) {
        String text = asked.required("refresh_token");
        var wanted = new Wanted(asked.scopes(), asked.fewerAudiences());
        return mint.presented(text)
                .map(token -> rotation.rotate(
                        token,
                        asked.client().id(),
                        wanted.scopes(),
                        wanted.audience(),
                        asked.key(),
                        config.get().tokens().refresh()))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(turn ->
                        turn.isPresent() ? answer(asked, turn.get(), wanted) : Future.failedFuture(doesNotHold()));
    }

    private Future<Issued> answer(Asked asked, Turn turn, Wanted wanted) {
        return switch (turn.outcome()) {
            case SCOPE_TOO_WIDE -> Future.failedFuture(INVALID_SCOPE.because("scope is wider than what was granted"));
            case OTHER_TARGET -> Future.failedFuture(INVALID_TARGET.because("resource is not among what was granted"));
            case REUSED -> reused(asked, turn);
            case ROTATED -> issued(asked, turn, wanted);
        };
    }

    private Future<Issued> issued(Asked asked, Turn turn, Wanted wanted) {
        Optional<Authentication> about = turn.about().map(Authentication::of);
        var granted = new Granted(
                turn.person(),
                turn.session(),
                asked.client(),
                stillOffered(wanted.scopes().orElse(turn.scopes()), asked),
                wanted.audience().orElse(turn.audience()),
                turn.successor().family(),
                asked.key(),
                about.map(Authentication::inAccessTokens).orElse(Map.of()));
        Issued issued = tokens.of(granted, asked.at()).with(turn.successor());
        if (about.isEmpty() || !hasIdTokens(granted)) return Future.succeededFuture(issued);
        return idTokens.of(told(granted, about.get(), issued), asked.at()).map(issued::withIdToken);
    }

    /** Nobody has any from {@code POST /login}. */
    private static boolean hasIdTokens(Granted granted) {
        return granted.scopes().has("openid") && !granted.client().id().equals(Client.GATEHOUSE);
    }

    /** The same as at first, but for the nonce (OpenID Connect Core §12.2). */
    private static Told told(Granted granted, Authentication about, Issued issued) {
        return new Told(
                granted.client(),
                granted.person().id(),
                granted.session(),
                about,
                Optional.empty(),
                issued.accessToken());
    }

    private Future<Issued> reused(Asked asked, Turn turn) {
        learn.accept(new Revocation.OfSession(turn.session(), asked.at().plus(Accounts.LONGEST_TOKEN)));
        return trail.record(new RefreshReused(
                        turn.person().id(),
                        asked.client().id(),
                        turn.successor().family().value(),
                        asked.origin()))
                .compose(recorded -> Future.failedFuture(doesNotHold()));
    }

    /** A scope that the settings no longer give this client is gone with the next access token. */
    private static Scopes stillOffered(Scopes granted, Asked asked) {
        if (asked.client().scopes().covers(granted)) return granted;
        var offered = new LinkedHashSet<>(granted.values());
        offered.retainAll(asked.client().scopes().values());
        return Scopes.of(offered);
    }

    /** One sentence for every cause. */
    private static Refusal doesNotHold() {
        return INVALID_GRANT.because("the refresh token is unknown, expired, revoked or was issued to another client");
    }
}
