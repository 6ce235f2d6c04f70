package dev.gatehouse.clients;

import dev.gatehouse.vocabulary.Problem;
import java.util.Locale;

/** What the protocol's own addresses say when they say no (RFC 6749 §5.2, RFC 8707 §2, and as noted). */
public enum OAuthError implements Problem {
    INVALID_REQUEST(400, "The request is not complete or not clear"),
    INVALID_CLIENT(401, "The client is not who it says it is"),
    INVALID_GRANT(400, "The grant does not hold"),
    UNAUTHORIZED_CLIENT(400, "The client may not use this grant"),
    UNSUPPORTED_GRANT_TYPE(400, "This kind of grant is not offered"),
    INVALID_SCOPE(400, "The scope is unknown or wider than was granted"),
    INVALID_TARGET(400, "The resource is unknown or was not granted"),
    // Authorization (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 9101 §7)
    UNSUPPORTED_RESPONSE_TYPE(400, "This kind of response is not offered"),
    ACCESS_DENIED(400, "It was not allowed"),
    LOGIN_REQUIRED(400, "Somebody has to sign in"),
    CONSENT_REQUIRED(400, "Somebody has to agree"),
    INTERACTION_REQUIRED(400, "Somebody has to be asked"),
    ACCOUNT_SELECTION_REQUIRED(400, "Somebody has to choose an account"),
    UNMET_AUTHENTICATION_REQUIREMENTS(400, "The sign-in that was asked for is not offered"),
    INVALID_REQUEST_OBJECT(400, "The request object does not hold"),
    INVALID_REQUEST_URI(400, "The request_uri does not hold"),
    REQUEST_NOT_SUPPORTED(400, "Request objects are not taken here"),
    REQUEST_URI_NOT_SUPPORTED(400, "A request_uri of that kind is not taken here"),
    REGISTRATION_NOT_SUPPORTED(400, "Clients do not register in a request here"),
    // Devices (RFC 8628 §3.5)
    AUTHORIZATION_PENDING(400, "Nobody has decided yet"),
    SLOW_DOWN(400, "That was too soon"),
    EXPIRED_TOKEN(400, "The code has expired"),
    // Proofs of possession (RFC 9449 §5, §8)
    INVALID_DPOP_PROOF(400, "The DPoP proof does not hold"),
    USE_DPOP_NONCE(400, "A nonce of ours is needed in the DPoP proof"),
    // Registration (RFC 7591 §3.2.2)
    INVALID_REDIRECT_URI(400, "A redirect URI cannot be used"),
    INVALID_CLIENT_METADATA(400, "Something in the metadata cannot be used"),
    UNAPPROVED_SOFTWARE_STATEMENT(400, "Software statements are not taken here"),
    // What is behind a bearer token (RFC 6750 §3.1)
    INVALID_TOKEN(401, "The token is not valid"),
    INSUFFICIENT_SCOPE(403, "The token lacks a scope");

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
