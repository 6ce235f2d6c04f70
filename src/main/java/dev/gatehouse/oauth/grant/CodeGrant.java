package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_GRANT;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;

import dev.gatehouse.audit.AuditEvent.CodeReused;
import dev.gatehouse.audit.AuditTrail;
import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Accounts;
import dev.gatehouse.oauth.Authentication;
import dev.gatehouse.oauth.Authorization;
import dev.gatehouse.oauth.IdTokens;
import dev.gatehouse.oauth.IdTokens.Told;
import dev.gatehouse.oauth.grant.AuthorizationCodes.Redeemed;
import dev.gatehouse.oauth.grant.AuthorizationCodes.Shown;
import dev.gatehouse.oauth.grant.AuthorizationCodes.Wished;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.tokens.Revocation;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Refusal;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** grant_type=authorization_code (RFC 6749 §4.1.3, RFC 7636 §4.6): a person's leave, fetched once by the client that asked for it. */
public final class CodeGrant implements Grant {
    private final AuthorizationCodes codes;
    private final AccessTokens tokens;
    private final IdTokens idTokens;
    private final Supplier<Config> config;
    private final Consumer<Revocation> learn;
    private final AuditTrail trail;
    private final SecureRandom random;
    private final RefreshMint refreshMint;

    public CodeGrant(House house, AccessTokens tokens, IdTokens idTokens) {
        this.codes = new AuthorizationCodes(house.database());
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.config = house.config();
        this.learn = house.revocations()::learn;
        this.trail = house.trail();
        this.random = house.random();
        this.refreshMint = house.refreshMint();
    }

    @Override
    public Future<Issued> exchange(Asked asked) {
        Wished wished = wished(asked);
        return codes.redeem(shown(asked), wished)
                .compose(redeemed -> redeemed.isPresent()
                        ? answer(asked, wished, redeemed.get())
                        : Future.failedFuture(doesNotHold()));
    }

    private static Shown shown(Asked asked) {
        return new Shown(
                asked.required("code"),
                asked.client().id(),
                asked.form().field("redirect_uri"),
                asked.form().field("code_verifier").map(text -> new CodeVerifier(text).challenge()),
                asked.key(),
                asked.fewerAudiences());
    }

    private Wished wished(Asked asked) {
        Client client = asked.client();
        boolean refreshes = client.grants().contains(GrantType.REFRESH_TOKEN);
        var grant = new GrantId(RandomText.of(random, 16));
        return new Wished(
                grant,
                refreshes ? Optional.of(refreshMint.first(grant)) : Optional.empty(),
                asked.keyOfRefreshTokens(),
                config.get().tokens().refresh(),
                client.logout().backChannel().isPresent());
    }

    private Future<Issued> answer(Asked asked, Wished wished, Redeemed redeemed) {
        return switch (redeemed.outcome()) {
            case HOLDS -> issued(asked, wished, redeemed);
            case REUSED -> reused(asked, redeemed);
            case OTHER_REDIRECT ->
                Future.failedFuture(
                        INVALID_GRANT.because("redirect_uri is not the one that the code was asked for with"));
            case OTHER_VERIFIER ->
                Future.failedFuture(INVALID_GRANT.because("code_verifier does not answer the code_challenge"));
            case OTHER_KEY -> Future.failedFuture(INVALID_GRANT.because("the code belongs to another DPoP key"));
            case OTHER_TARGET ->
                Future.failedFuture(INVALID_TARGET.because("resource is not among what was authorized"));
            case EXPIRED, OTHER_CLIENT, ENDED -> Future.failedFuture(doesNotHold());
        };
    }

    private Future<Issued> issued(Asked asked, Wished wished, Redeemed redeemed) {
        var authorization = Authorization.of(redeemed.authorization());
        Issued access = tokens.of(
                new Granted(
                        redeemed.person().orElseThrow(),
                        authorization.session(),
                        asked.client(),
                        authorization.scopes(),
                        asked.fewerAudiences().orElse(authorization.audience()),
                        wished.grant(),
                        asked.key(),
                        Authentication.of(authorization).inAccessTokens()),
                asked.at());
        Issued issued = wished.refresh().map(access::with).orElse(access);
        if (!authorization.scopes().has("openid")) return Future.succeededFuture(issued);
        var told = new Told(
                asked.client(),
                authorization.account(),
                authorization.session(),
                Authentication.of(authorization),
                authorization.nonce(),
                issued.accessToken());
        return idTokens.of(told, asked.at()).map(issued::withIdToken);
    }

    /** RFC 6749 §4.1.2: what came of the first use ends as well. */
    private Future<Issued> reused(Asked asked, Redeemed redeemed) {
        var authorization = Authorization.of(redeemed.authorization());
        Instant until = asked.at().plus(Accounts.LONGEST_TOKEN);
        return codes.takeBack(redeemed.grant())
                .onSuccess(ended -> learn.accept(new Revocation.OfGrant(redeemed.grant(), until)))
                .compose(ended -> ended
                        ? trail.record(new CodeReused(
                                authorization.account(), asked.client().id(), redeemed.grant(), asked.origin()))
                        : Future.succeededFuture())
                .compose(recorded -> Future.failedFuture(doesNotHold()));
    }

    /** One sentence for what nobody needs to tell apart. */
    private static Refusal doesNotHold() {
        return INVALID_GRANT.because("the code is unknown, expired, used or was issued to another client");
    }
}
