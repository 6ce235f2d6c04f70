package dev.gatehouse.oauth.device;

import static dev.gatehouse.clients.OAuthError.ACCESS_DENIED;
import static dev.gatehouse.clients.OAuthError.AUTHORIZATION_PENDING;
import static dev.gatehouse.clients.OAuthError.EXPIRED_TOKEN;
import static dev.gatehouse.clients.OAuthError.INVALID_GRANT;
import static dev.gatehouse.clients.OAuthError.SLOW_DOWN;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import dev.gatehouse.oauth.IdTokens;
import dev.gatehouse.oauth.IdTokens.Told;
import dev.gatehouse.oauth.device.Devices.Answer;
import dev.gatehouse.oauth.device.Devices.Approved;
import dev.gatehouse.oauth.device.Devices.Wished;
import dev.gatehouse.oauth.grant.Asked;
import dev.gatehouse.oauth.grant.Grant;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.AccessTokens.Granted;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Issued;
import dev.gatehouse.signin.RefreshMint;
import dev.gatehouse.vocabulary.GrantId;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.SessionId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** grant_type=urn:ietf:params:oauth:grant-type:device_code (RFC 8628 §3.4): a device asks whether somebody has agreed, until somebody has. */
public final class DeviceGrant implements Grant {
    private final Devices devices;
    private final AccessTokens tokens;
    private final IdTokens idTokens;
    private final Supplier<Config> config;
    private final SecureRandom random;
    private final RefreshMint refreshMint;

    public DeviceGrant(House house, AccessTokens tokens, IdTokens idTokens) {
        this.devices = new Devices(house.database());
        this.tokens = tokens;
        this.idTokens = idTokens;
        this.config = house.config();
        this.random = house.random();
        this.refreshMint = house.refreshMint();
    }

    @Override
    public Future<Issued> exchange(Asked asked) {
        Wished wished = wished(asked);
        return devices.ask(asked.required("device_code"), wished).compose(answer -> judged(asked, wished, answer));
    }

    private Wished wished(Asked asked) {
        Client client = asked.client();
        boolean refreshes = client.grants().contains(GrantType.REFRESH_TOKEN);
        var grant = new GrantId(RandomText.of(random, 16));
        return new Wished(
                client.id(),
                grant,
                new SessionId(RandomText.of(random, 16)),
                refreshes ? Optional.of(refreshMint.first(grant)) : Optional.empty(),
                asked.keyOfRefreshTokens(),
                client.logout().backChannel().isPresent(),
                config.get().tokens());
    }

    private Future<Issued> judged(Asked asked, Wished wished, Answer answer) {
        return switch (answer.outcome()) {
            case APPROVED -> issued(asked, wished, answer.approved().orElseThrow());
            case PENDING -> Future.failedFuture(AUTHORIZATION_PENDING.because("nobody has decided yet"));
            case TOO_SOON -> Future.failedFuture(SLOW_DOWN.because("wait five seconds longer from now on"));
            case DENIED -> Future.failedFuture(ACCESS_DENIED.because("the person said no"));
            case EXPIRED -> Future.failedFuture(EXPIRED_TOKEN.because("nobody decided in time; begin anew"));
            case UNKNOWN, ENDED ->
                Future.failedFuture(
                        INVALID_GRANT.because("the device_code is unknown, used, withdrawn or another client's"));
        };
    }

    private Future<Issued> issued(Asked asked, Wished wished, Approved approved) {
        var granted = new Granted(
                approved.person(),
                wished.session(),
                asked.client(),
                approved.scopes(),
                approved.audience(),
                wished.grant(),
                asked.key(),
                approved.authentication().inAccessTokens());
        Issued access = tokens.of(granted, asked.at());
        Issued issued = wished.refresh().map(access::with).orElse(access);
        if (!approved.scopes().has("openid")) return Future.succeededFuture(issued);
        var told = new Told(
                asked.client(),
                approved.person().id(),
                wished.session(),
                approved.authentication(),
                Optional.empty(),
                issued.accessToken());
        return idTokens.of(told, asked.at()).map(issued::withIdToken);
    }
}
