package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.identity.Person;
import dev.gatehouse.tokens.AccessGrant;
import dev.gatehouse.tokens.TokenMint;
import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The answer that carries tokens (RFC 6749 §5.1). */
public final class AccessTokens {
    private final TokenMint mint;
    private final Supplier<Config> config;

    public AccessTokens(TokenMint mint, Supplier<Config> config) {
        this.mint = mint;
        this.config = config;
    }

    /** What a session gives a client leave to do, and for which APIs. */
    public record Granted(Person person, SessionId session, ClientId client, Scopes scopes, List<String> audience) {}

    public Reply reply(Granted granted, RefreshToken refresh, Instant now) {
        Duration lifetime = config.get().tokens().access();
        var minted = mint.mint(
                new AccessGrant(
                        granted.person().id().value(),
                        granted.client(),
                        Optional.of(granted.session()),
                        Optional.of(granted.person().username()),
                        granted.audience(),
                        granted.scopes(),
                        granted.person().roles(),
                        granted.person().groups(),
                        Map.of(),
                        lifetime),
                now);
        var body = new JsonObject()
                .put("access_token", minted.token())
                .put("token_type", "Bearer")
                .put("expires_in", lifetime.toSeconds())
                .put("refresh_token", refresh.value().reveal())
                .put("scope", granted.scopes().toString());
        return Reply.json(200, body).with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }
}
