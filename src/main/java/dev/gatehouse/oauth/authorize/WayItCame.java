package dev.gatehouse.oauth.authorize;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST_OBJECT;
import static dev.gatehouse.clients.OAuthError.REGISTRATION_NOT_SUPPORTED;
import static dev.gatehouse.clients.OAuthError.UNAUTHORIZED_CLIENT;

import dev.gatehouse.clients.GrantType;

/** The client may ask at all, and in this way (RFC 9126 §6, RFC 9101 §10.5). */
final class WayItCame {
    private WayItCame() {}

    static void check(Draft draft) {
        if (!draft.client.grants().contains(GrantType.AUTHORIZATION_CODE))
            throw UNAUTHORIZED_CLIENT.because("this client may not use the authorization code grant");
        var demands = draft.client.demands();
        if (demands.pushedRequests() && !draft.sent.how().pushed())
            throw INVALID_REQUEST.because("this client has to push its requests (RFC 9126)");
        if (demands.signedRequests() && !draft.sent.how().signed())
            throw INVALID_REQUEST_OBJECT.because("this client has to sign its requests (RFC 9101)");
        if (draft.sent.field("registration").isPresent())
            throw REGISTRATION_NOT_SUPPORTED.because("clients do not register in a request here");
    }
}
