package dev.gatehouse.oauth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How somebody was signed in when a grant was given (OpenID Connect Core §2), and which claims the client then asked for by name (§5.5). A grant keeps it, so that
 * ID tokens of later refreshes say the same.
 */
public record Authentication(
        Instant time, String acr, List<String> amr, Optional<Instant> secondFactorAt, Optional<JsonObject> claims) {
    public Authentication {
        amr = List.copyOf(amr);
    }

    public static Authentication of(Authorization authorization) {
        return new Authentication(
                authorization.authTime(),
                authorization.acr(),
                authorization.amr(),
                authorization.secondFactorAt(),
                authorization.claims());
    }

    /** What an access token says of it (RFC 9470 §6.2), beside the claims that the client asked for. */
    public Map<String, Object> inAccessTokens() {
        var said = new LinkedHashMap<>(RequestedClaims.carried(claims));
        said.put("auth_time", time.getEpochSecond());
        said.put("acr", acr);
        said.put("amr", amr);
        secondFactorAt.ifPresent(at -> said.put("mfa_time", at.getEpochSecond()));
        return said;
    }

    public JsonObject toJson() {
        var json = new JsonObject()
                .put("auth_time", time.getEpochSecond())
                .put("acr", acr)
                .put("amr", new JsonArray(amr));
        secondFactorAt.ifPresent(at -> json.put("mfa_time", at.getEpochSecond()));
        claims.ifPresent(asked -> json.put("claims", asked));
        return json;
    }

    public static Authentication of(JsonObject json) {
        return new Authentication(
                Instant.ofEpochSecond(json.getLong("auth_time")),
                json.getString("acr"),
                json.getJsonArray("amr").stream().map(String.class::cast).toList(),
                Optional.ofNullable(json.getLong("mfa_time")).map(Instant::ofEpochSecond),
                Optional.ofNullable(json.getJsonObject("claims")));
    }
}
