package dev.gatehouse.oauth.grant;

import static dev.gatehouse.clients.OAuthError.INVALID_REQUEST;
import static dev.gatehouse.clients.OAuthError.INVALID_SCOPE;

import dev.gatehouse.audit.Source;
import dev.gatehouse.clients.Client;
import dev.gatehouse.vocabulary.Scopes;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token request whose sender has shown which client it is; no grant can be reached without one. {@code key} is the thumbprint of the key that it proved to hold
 * (RFC 9449 §5).
 */
public record Asked(Call call, FormBody form, Client client, Optional<String> key, Instant at) {

    public String required(String field) {
        return form.field(field).orElseThrow(() -> INVALID_REQUEST.because(field + " is missing"));
    }

    public Optional<Scopes> scopes() {
        return form.field("scope").map(Asked::scopes);
    }

    private static Scopes scopes(String text) {
        try {
            return Scopes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw INVALID_SCOPE.because("scope is not a list of scopes");
        }
    }

    /** The APIs that this one access token is to be for, where the request names them (RFC 8707 §2.2); absent is all that was granted. */
    Optional<List<String>> fewerAudiences() {
        return Optional.of(form.all("resource")).filter(named -> !named.isEmpty());
    }

    /** The key that a refresh token belongs to: only public clients' do, the others prove themselves at every use (RFC 9449 §5). */
    public Optional<String> keyOfRefreshTokens() {
        return client.confidential() ? Optional.empty() : key;
    }

    public Source origin() {
        if (call.clientAddress().isAnyLocalAddress()) return Source.BUS;
        return Source.address(call.clientAddress().getHostAddress());
    }
}
