package dev.gatehouse.clients;

import dev.gatehouse.vocabulary.Problem;
import java.util.Locale;

/** What the protocol's own addresses say when they say no (RFC 6749 §5.2, RFC 8707 §2). */
public enum OAuthError implements Problem {
    INVALID_REQUEST(400, "The request is not complete or not clear"),
    INVALID_CLIENT(401, "The client is not who it says it is"),
    INVALID_GRANT(400, "The grant does not hold"),
    UNAUTHORIZED_CLIENT(400, "The client may not use this grant"),
    UNSUPPORTED_GRANT_TYPE(400, "This kind of grant is not offered"),
    INVALID_SCOPE(400, "The scope is unknown or wider than was granted"),
    INVALID_TARGET(400, "The resource is unknown or was not granted");

    private final int status;
    private final String title;

    OAuthError(int status, String title) {
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}
