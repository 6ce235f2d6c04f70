package dev.gatehouse.tokens;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import org.jspecify.annotations.Nullable;

/**
 * A verified token as Vert.x knows users. Shared by all requests with the same token, so it is read only: merging makes another user. The JSON forms are made when
 * somebody asks; {@code accessToken} is where {@code JWTAuthHandler} looks for scopes.
 */
final class TokenUser implements User {
    private final Claims claims;
    private volatile @Nullable JsonObject principal;

    TokenUser(Claims claims) {
        this.claims = claims;
    }

    Claims claims() {
        return claims;
    }

    @Override
    public String subject() {
        return claims.subject();
    }

    /** The claims. A copy: what one request does to it, no other sees. */
    @Override
    public JsonObject principal() {
        var made = principal;
        if (made == null) principal = made = new JsonObject(claims.all());
        return made.copy();
    }

    @Override
    public JsonObject attributes() {
        return new JsonObject()
                .put("accessToken", principal())
                .put("sub", claims.subject())
                .put("iat", claims.issuedAt().getEpochSecond())
                .put("exp", claims.expiresAt().getEpochSecond());
    }

    @Override
    public User merge(User other) {
        return User.create(principal(), attributes()).merge(other);
    }
}
