package dev.gatehouse.oauth.device;

import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;
import static dev.gatehouse.clients.OAuthError.INVALID_TARGET;
import static dev.gatehouse.clients.OAuthError.UNAUTHORIZED_CLIENT;

import dev.gatehouse.clients.Client;
import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.config.Config;
import dev.gatehouse.limits.LimitTable;
import dev.gatehouse.limits.SourceNetwork;
import dev.gatehouse.limits.TokenBucket;
import dev.gatehouse.oauth.device.Devices.Wanted;
import dev.gatehouse.signin.Audiences;
import dev.gatehouse.signin.House;
import dev.gatehouse.vocabulary.RandomText;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** POST /oauth/device (RFC 8628 §3.1): a device asks for two codes, one to keep and one to show. */
public final class DeviceAuthorizationEndpoint {
    /** Beginnings from one address: a row each, and a share of the codes that people can type. */
    private static final TokenBucket BEGINNINGS = new TokenBucket(60, Duration.ofMinutes(1));

    private static final int MOST_SOURCES = 100_000;
    private static final int TRIES = 3;

    private final ClientAuthentication authentication;
    private final Devices devices;
    private final Supplier<Config> config;
    private final String url;
    private final SecureRandom random;
    private final LimitTable<SourceNetwork> beginnings;

    public DeviceAuthorizationEndpoint(House house, ClientAuthentication authentication) {
        this.authentication = authentication;
        this.devices = new Devices(house.database());
        this.config = house.config();
        this.url = house.url();
        this.random = house.random();
        this.beginnings = new LimitTable<>(BEGINNINGS, MOST_SOURCES, house.clock());
    }

    public Future<Reply> begin(Call call) {
        FormBody form = FormBody.of(call);
        return authentication
                .of(call, form, Optional.empty())
                .map(client -> wanted(client, form))
                .compose(wanted -> begun(call, wanted));
    }

    private Wanted wanted(Client client, FormBody form) {
        if (!client.grants().contains(GrantType.DEVICE_CODE))
            throw UNAUTHORIZED_CLIENT.because("the client is not registered for devices");
        Scopes scopes =
                form.field("scope").map(DeviceAuthorizationEndpoint::scopes).orElse(client.scopes());
        if (!client.scopes().covers(scopes)) throw INVALID_SCOPE.because("the client was not given that scope");
        var audience = Audiences.wanted(form.all("resource"), config.get(), url)
                .orElseThrow(() -> INVALID_TARGET.because("no API has that resource as its audience"));
        return new Wanted(client.id(), scopes, audience);
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw INVALID_SCOPE.because("scope is not a list of scopes");
        }
    }

    private Future<Reply> begun(Call call, Wanted wanted) {
        beginnings.take(SourceNetwork.of(call.clientAddress())).ifPresent(wait -> {
            throw Reason.TOO_MANY_ATTEMPTS
                    .because("too many devices from one address")
                    .retryAfter(wait);
        });
        return begun(wanted, TRIES);
    }

    /** Two devices never show the same code; that one is taken is rare. */
    private Future<Reply> begun(Wanted wanted, int tries) {
        String deviceCode = RandomText.of(random, 32);
        UserCode userCode = UserCode.fresh(random);
        return devices.begin(deviceCode, userCode, wanted).compose(done -> {
            if (done) return Future.succeededFuture(reply(deviceCode, userCode));
            return tries > 1 ? begun(wanted, tries - 1) : Future.failedFuture(Reason.BUSY.because("ask again"));
        });
    }

    private Reply reply(String deviceCode, UserCode userCode) {
        return Reply.json(
                        200,
                        new JsonObject()
                                .put("device_code", deviceCode)
                                .put("user_code", userCode.shown())
                                .put("verification_uri", url + "/device")
                                .put("verification_uri_complete", url + "/device?user_code=" + userCode.shown())
                                .put("expires_in", Devices.LIFETIME.toSeconds())
                                .put("interval", Devices.INTERVAL.toSeconds()))
                .with("Cache-Control", "no-store");
    }
}
