package dev.gatehouse.signin;

import dev.gatehouse.tokens.JsonText;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Reply;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private static final int BESIDE_TOKENS = 384;

    private static final List<Map.Entry<String, String>> FIELDS = List.of(
            Map.entry("Content-Type", "application/json"),
            Map.entry("Cache-Control", "no-store"),
            Map.entry("Pragma", "no-cache"));

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
        var body = new JsonText(BESIDE_TOKENS
                        + accessToken.length()
                        + idToken.map(String::length).orElse(0))
                .member("access_token", accessToken)
                .member("token_type", bound ? "DPoP" : "Bearer")
                .member("expires_in", lifetime.toSeconds());
        kind.ifPresent(uri -> body.member("issued_token_type", uri));
        refresh.ifPresent(token -> body.member("refresh_token", token.value().reveal()));
        body.member("scope", scopes.toString());
        idToken.ifPresent(token -> body.member("id_token", token));
        return new Reply(200, FIELDS, Buffer.buffer(body.bytes()));
    }
}
