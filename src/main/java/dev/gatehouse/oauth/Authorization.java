package dev.gatehouse.oauth;

import dev.gatehouse.vocabulary.ClientId;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.vocabulary.SessionId;
import dev.gatehouse.vocabulary.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What stands behind an authorization code: a person's leave for a client, and everything that has to fit when the code is redeemed (RFC 6749 §4.1.3, RFC 7636 §4.6,
 * RFC 9449 §10). {@code redirectSent} is whether the request named the redirect URI, in which case the token request must repeat it. {@code claims} is the
 * {@code claims} parameter as it was checked (OpenID Connect Core §5.5).
 */
public record Authorization(
        ClientId client,
        UserId account,
        SessionId session,
        String redirect,
        boolean redirectSent,
        Optional<String> challenge,
        Scopes scopes,
        List<String> audience,
        Optional<String> nonce,
        Optional<String> dpopKey,
        Instant authTime,
        String acr,
        List<String> amr,
        Optional<Instant> secondFactorAt,
        Optional<JsonObject> claims) {
    public Authorization {
        audience = List.copyOf(audience);
        amr = List.copyOf(amr);
    }

    /** As it is stored beside the hash of the code. */
    public JsonObject toJson() {
        var json = new JsonObject()
                .put("client", client.value())
                .put("account", account.value())
                .put("session", session.value())
                .put("redirect", redirect)
                .put("redirect_sent", redirectSent)
                .put("scope", scopes.toString())
                .put("audience", new JsonArray(audience))
                .put("auth_time", authTime.getEpochSecond())
                .put("acr", acr)
                .put("amr", new JsonArray(amr));
        challenge.ifPresent(value -> json.put("challenge", value));
        nonce.ifPresent(value -> json.put("nonce", value));
        dpopKey.ifPresent(value -> json.put("dpop_jkt", value));
        secondFactorAt.ifPresent(at -> json.put("mfa_time", at.getEpochSecond()));
        claims.ifPresent(value -> json.put("claims", value));
        return json;
    }

    public static Authorization of(JsonObject json) {
        return new Authorization(
                new ClientId(json.getString("client")),
                new UserId(json.getString("account")),
                new SessionId(json.getString("session")),
                json.getString("redirect"),
                json.getBoolean("redirect_sent"),
                Optional.ofNullable(json.getString("challenge")),
                Scopes.parse(json.getString("scope")),
                texts(json.getJsonArray("audience")),
                Optional.ofNullable(json.getString("nonce")),
                Optional.ofNullable(json.getString("dpop_jkt")),
                Instant.ofEpochSecond(json.getLong("auth_time")),
                json.getString("acr"),
                texts(json.getJsonArray("amr")),
                Optional.ofNullable(json.getLong("mfa_time")).map(Instant::ofEpochSecond),
                Optional.ofNullable(json.getJsonObject("claims")));
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
