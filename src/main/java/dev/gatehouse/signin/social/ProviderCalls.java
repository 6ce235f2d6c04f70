package dev.gatehouse.signin.social;

import dev.gatehouse.config.LoginProvider;
import dev.gatehouse.outbound.GuardedClient;
import dev.gatehouse.outbound.GuardedClient.Failure;
import dev.gatehouse.tokens.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2FlowType;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import io.vertx.ext.auth.oauth2.Oauth2Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What we ask a provider behind the browser's back, by {@link OAuth2Auth} over the guarded way out: tokens for a code, and what its user info says. Nothing that the library
 * thinks of ID tokens counts.
 */
final class ProviderCalls {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(6);

    private final GuardedClient outbound;
    /** By the name in the file. */
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private @Nullable Vertx guarded;
    private @Nullable HttpClient http;

    private record Known(LoginProvider provider, ProviderMetadata metadata, OAuth2Auth endpoints) {}

    /** What came for a code: the library's view of it, and all of it. */
    record Tokens(User user, JsonObject all) {
        Optional<String> text(String name) {
            return all.getValue(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        }
    }

    ProviderCalls(GuardedClient outbound) {
        this.outbound = outbound;
    }

    Future<Tokens> exchange(
            LoginProvider provider, ProviderMetadata metadata, String code, String verifier, String redirect) {
        var credentials = new Oauth2Credentials()
                .setFlow(OAuth2FlowType.AUTH_CODE)
                .setCode(code)
                .setCodeVerifier(verifier)
                .setRedirectUri(redirect);
        return onALoop(() -> endpoints(provider, metadata).authenticate(credentials))
                .timeout(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .map(user -> new Tokens(user, user.principal()));
    }

    Future<Map<String, Object>> userInfo(LoginProvider provider, ProviderMetadata metadata, Tokens tokens) {
        return onALoop(() -> endpoints(provider, metadata).userInfo(tokens.user()))
                .timeout(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .compose(said -> {
                    try {
                        return Future.succeededFuture(
                                StrictJson.object(said.toBuffer().getBytes()));
                    } catch (StrictJson.Malformed no) {
                        return Future.failedFuture(no);
                    }
                });
    }

    /** A list that is behind an access token, for which the library has no word. */
    Future<List<Object>> list(URI address, String accessToken) {
        var options = new RequestOptions()
                .setAbsoluteURI(address.toString())
                .putHeader("Accept", "application/json")
                .putHeader("User-Agent", "gatehouse")
                .putHeader("Authorization", "Bearer " + accessToken);
        return onALoop(() -> http().request(options)
                        .compose(HttpClientRequest::send)
                        .compose(answer -> answer.statusCode() == 200
                                ? answer.body()
                                : Future.<Buffer>failedFuture(
                                        new Failure("it was answered with status " + status(answer)))))
                .timeout(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .compose(body -> {
                    try {
                        return Future.succeededFuture(StrictJson.array(body.getBytes()));
                    } catch (StrictJson.Malformed no) {
                        return Future.failedFuture(no);
                    }
                });
    }

    /** All of it on one event loop, whoever asks: elsewhere an answer could be over before anybody listens. */
    private <T> Future<T> onALoop(Supplier<Future<T>> call) {
        Promise<T> done = Promise.promise();
        guarded().getOrCreateContext().runOnContext(go -> Future.<T>future(
                        promise -> call.get().onComplete(promise))
                .onComplete(done));
        return done.future();
    }

    private static int status(HttpClientResponse answer) {
        answer.request().reset();
        return answer.statusCode();
    }

    private OAuth2Auth endpoints(LoginProvider provider, ProviderMetadata metadata) {
        return known.compute(
                        provider.name(),
                        (name, there) -> there != null
                                        && there.provider().equals(provider)
                                        && there.metadata().equals(metadata)
                                ? there
                                : new Known(provider, metadata, made(provider, metadata)))
                .endpoints();
    }

    private OAuth2Auth made(LoginProvider provider, ProviderMetadata metadata) {
        var options = new OAuth2Options()
                .setClientId(provider.clientId())
                .setClientSecret(provider.clientSecret().reveal())
                .setUseBasicAuthorization(!metadata.secretInForm())
                .setUserAgent("gatehouse")
                .setSite(metadata.issuer())
                .setTokenPath(metadata.token().toString());
        metadata.userInfo().ifPresent(address -> options.setUserInfoPath(address.toString()));
        return OAuth2Auth.create(guarded(), options);
    }

    private synchronized Vertx guarded() {
        if (guarded == null) guarded = outbound.asVertx();
        return guarded;
    }

    private synchronized HttpClient http() {
        if (http == null) http = guarded().createHttpClient(new HttpClientOptions());
        return http;
    }
}
