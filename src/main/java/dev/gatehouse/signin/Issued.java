package dev.gatehouse.signin;

import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/**
 * What a client takes home (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3): always an access token with its lifetime and scope, and what else came of the grant.
 * {@code bound}: only the holder of a key may use it (RFC 9449 §5). {@code kind} is said where a token was exchanged for it (RFC 8693 §2.2.1).
 */
public record Issued(
        String accessToken,
        boolean bound,
        Duration lifetime,
        Scopes scopes,
        Optional<RefreshToken> refresh,
        Optional<String> idToken,
        Optional<String> kind) {

    static Issued accessToken(String token, boolean bound, Duration lifetime, Scopes scopes) {
        return new Issued(token, bound, lifetime, scopes, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public Issued with(RefreshToken token) {
        return new Issued(accessToken, bound, lifetime, scopes, Optional.of(token), idToken, kind);
    }

    public Issued withIdToken(String token) {
        return new Issued(accessToken, bound, lifetime, scopes, refresh, Optional.of(token), kind);
    }

    public Issued ofKind(String uri) {
        return new Issued(accessToken, bound, lifetime, scopes, refresh, idToken, Optional.of(uri));
    }

    public Reply reply() {
        return Reply.json(200, told()).with("Cache-Control", "no-store").with("Pragma", "no-cache");
    }

    /** In the words of RFC 6749 §5.1. */
    public JsonObject told() {
        var body = new JsonObject()
                .put("access_token", accessToken)
                .put("token_type", bound ? "DPoP" : "Bearer")
                .put("expires_in", lifetime.toSeconds());
        kind.ifPresent(uri -> body.put("issued_token_type", uri));
        refresh.ifPresent(token -> body.put("refresh_token", token.value().reveal()));
        body.put("scope", scopes.toString());
        idToken.ifPresent(token -> body.put("id_token", token));
        return body;
    }
}
